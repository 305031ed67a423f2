// What a listener is told, whatever the stream does: in order, each event once, nothing left out.

import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { MAX_HELD } from '../../tail.ts';
import { type Asked, block, connect, event, follow, json, message, open, problem, serve, stream, until } from './world.ts';

/** Answers `GET …/events` from a log of so many events. */
function history(asked: Asked, head: number, limit = 500) {
  const after = Number(asked.query.get('after'));
  const count = Math.max(0, Math.min(limit, head - after));
  const events = Array.from({ length: count }, (_, i) => event('c', after + 1 + i));
  return { channel: 'c', events, head, floor: 0, position: `${after + count}` };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('R-22: a gap is read from the history before what came later is told', async (t) => {
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      stream(response).write(open({ c: 4 }) + message('c', 5) + message('c', 9) + message('c', 10));
    } else {
      json(response, history(asked, 10));
    }
  });
  const { link } = connect(t, server);
  const told = follow(link, 'c');
  await until(() => told.seqs.length >= 6);
  assert.deepEqual(told.seqs, range(5, 10));
  assert.deepEqual(told.positions, range(5, 10).map(String));
  assert.equal(server.of('GET /v1/channels/c/events')[0]?.query.get('after'), '5');
});

test('R-23: what comes twice is told once', async (t) => {
  const server = await serve(t, (_, response) => {
    stream(response).write(open({ c: 0 }) + [1, 2, 2, 1, 3, 3, 2, 4].map((seq) => message('c', seq)).join(''));
  });
  const { link } = connect(t, server);
  const told = follow(link, 'c');
  await until(() => told.seqs.includes(4));
  assert.deepEqual(told.seqs, [1, 2, 3, 4]);
});

test('R-22: a stream that begins later than asked has left something out', async (t) => {
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      stream(response).write(open({ c: 7 }));
    } else {
      json(response, history(asked, 7));
    }
  });
  const { link } = connect(t, server);
  const told = follow(link, 'c', { after: 3 });
  await until(() => told.words.includes('live 7'));
  assert.deepEqual(told.seqs, [4, 5, 6, 7]);
});

test('R-22: a history that is behind is asked again; one that stays behind needs a snapshot', async (t) => {
  let reads = 0;
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      stream(response).write(open({ c: 0 }) + message('c', 3));
    } else {
      json(response, history(asked, ++reads < 3 ? 0 : 1));
    }
  });
  const { link } = connect(t, server);
  const snapshots: string[] = [];
  const told = follow(link, 'c', 'now', {
    snapshotRequired: async (floor, head) => {
      snapshots.push(`${floor} ${head}`);
      return { position: '3' };
    },
  });
  await until(() => told.words.includes('live 3'));
  assert.deepEqual(told.seqs, [1]);
  assert.deepEqual(snapshots, ['0 1']);
});

test('R-22: a gap survives a history that fails for a while', async (t) => {
  let reads = 0;
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      stream(response).write(open({ c: 0 }) + message('c', 3));
    } else if (++reads < 4) {
      problem(response, 503, 'unavailable');
    } else {
      json(response, history(asked, 3));
    }
  });
  const { link } = connect(t, server);
  const told = follow(link, 'c');
  await until(() => told.seqs.length === 3);
  assert.deepEqual(told.seqs, [1, 2, 3]);
});

test('R-22: more events than may wait during a repair are read again instead', async (t) => {
  let answer = (): void => {};
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      stream(response).write(open({ c: 0 }) + range(2, MAX_HELD + 50).map((seq) => message('c', seq)).join(''));
    } else if (asked.query.get('after') === '0') {
      answer = () => json(response, history(asked, MAX_HELD + 50));
    } else {
      json(response, history(asked, MAX_HELD + 50));
    }
  });
  const { link } = connect(t, server);
  const told = follow(link, 'c');
  await until(() => link.connection.value.bytes > 100 * MAX_HELD && server.of('GET /v1/channels/c/events').length);
  answer();
  await until(() => told.seqs.length >= MAX_HELD + 50);
  assert.deepEqual(told.seqs, range(1, MAX_HELD + 50));
});

test('R-24: snapshot.required asks the listener where to go on, and what comes meanwhile waits', async (t) => {
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      stream(response).write(
        open({ c: [3, 'snapshot.required'] }) +
          block('snapshot.required', { channel: 'c', floor: 10, head: 20 }, '20') +
          [21, 22, 23].map((seq) => message('c', seq)).join(''),
      );
    } else {
      json(response, history(asked, 23));
    }
  });
  const { link } = connect(t, server);
  let loaded = (_: { position: string }): void => {};
  const told = follow(link, 'c', { after: 3 }, { snapshotRequired: () => new Promise((resolve) => (loaded = resolve)) });
  await until(() => link.connection.value.name === 'live');
  assert.deepEqual(told.seqs, []);
  loaded({ position: '22' });
  await until(() => told.seqs.length);
  assert.deepEqual(told.seqs, [23]);
  assert.deepEqual(told.words, ['live 23']);
});

test('R-24: without anyone who loads snapshots the tail goes on after the head', async (t) => {
  const server = await serve(t, (_, response) => {
    stream(response).write(
      open({ c: [3, 'snapshot.required'] }) +
        block('snapshot.required', { channel: 'c', floor: 10, head: 20 }, '20') +
        message('c', 21),
    );
  });
  const { link } = connect(t, server);
  const told = follow(link, 'c', { after: 3 });
  await until(() => told.seqs.length);
  assert.deepEqual(told.seqs, [21]);
});

test('R-24: a history that begins too late needs a snapshot too', async (t) => {
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      stream(response).write(open({ c: 4 }) + message('c', 9));
    } else {
      problem(response, 410, 'below-floor', { floor: 8, head: 9 });
    }
  });
  const { link } = connect(t, server);
  const told = follow(link, 'c', 'now', { snapshotRequired: async (floor) => ({ after: floor }) });
  await until(() => told.seqs.length);
  assert.deepEqual(told.seqs, [9]);
});

test('a snapshot that cannot be loaded is tried again; one that is refused ends the follow', async (t) => {
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      stream(response).write(open({ c: [0, 'snapshot.required'] }) + block('snapshot.required', { channel: 'c', floor: 1, head: 2 }, '2'));
    } else {
      problem(response, 403, 'forbidden');
    }
  });
  const { link } = connect(t, server);
  let tries = 0;
  const told = follow(link, 'c', 'start', {
    snapshotRequired: async () => {
      if (++tries < 3) {
        throw new Error('the disk is full');
      }
      await link.request({ method: 'GET', path: '/v1/channels/c/snapshot' });
      return 'now';
    },
  });
  await until(() => told.words.length);
  assert.deepEqual(told.words, ['refused forbidden']);
  assert.equal(tries, 3);
});

test('R-24: after a restore the seqs that were seen mean nothing any more', async (t) => {
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      stream(response).write(
        open({ c: 40 }) +
          message('c', 41) +
          block('snapshot.required', { channel: 'c', floor: 0, head: 5 }, '2~5') +
          message('c', 6, 6, '2~6'),
      );
    } else {
      json(response, history(asked, 6));
    }
  });
  const { link } = connect(t, server);
  const told = follow(link, 'c', 'now', { snapshotRequired: async () => ({ position: '2~5' }) });
  await until(() => told.seqs.length === 2);
  assert.deepEqual(told.seqs, [41, 6]);
  assert.deepEqual(told.positions, ['41', '2~6']);
});

test('several follow one channel, each from where it wants', async (t) => {
  let live: ServerResponse | undefined;
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      live = stream(response);
      live.write(open({ c: 5 }) + message('c', 6));
    } else if (asked.path.endsWith('/presence')) {
      json(response, { channel: 'c', members: [], count: 3 });
    } else {
      json(response, history(asked, 6));
    }
  });
  const { link } = connect(t, server);
  const now = follow(link, 'c');
  await until(() => now.seqs.length);
  const late = follow(link, 'c');
  const all = follow(link, 'c', 'start');
  await until(() => all.seqs.includes(6) && late.words.includes('live 6'));
  live?.write(message('c', 7));
  await until(() => all.seqs.includes(7) && late.words.includes('presence 3'));
  assert.deepEqual(now.seqs, [6, 7]);
  assert.deepEqual(late.seqs, [7]);
  assert.deepEqual(all.seqs, range(1, 7));
  assert.equal(server.of('GET /v1/stream').length, 1);
});

test('a late follow with a position of another epoch is told so by the history', async (t) => {
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      stream(response).write(open({ c: 5 }, { id: '3~5' }));
    } else if (asked.query.get('epoch') === '2') {
      problem(response, 410, 'another-epoch', { floor: 0, head: 5 });
    } else {
      json(response, { ...history(asked, 5), position: '3~5' });
    }
  });
  const { link } = connect(t, server);
  const first = follow(link, 'c');
  await until(() => first.words.length);
  const heads: number[] = [];
  const late = follow(link, 'c', { position: '2~5' }, {
    snapshotRequired: async (_, head) => {
      heads.push(head);
      return { position: '3~5' };
    },
  });
  await until(() => late.words.includes('live 5'));
  assert.deepEqual(heads, [5]);
  assert.equal(late.follow.position, '3~5');
});

test('a listener that throws harms nobody, and one that stops is told nothing more', async (t) => {
  const server = await serve(t, (_, response) => {
    stream(response).write(open({ c: 0 }) + [1, 2, 3].map((seq) => message('c', seq)).join(''));
  });
  const { link } = connect(t, server);
  const stopped = follow(link, 'c', 'now', {
    event: ({ seq }) => {
      stopped.seqs.push(seq);
      stopped.follow.stop();
    },
  });
  const told = follow(link, 'c');
  await until(() => told.seqs.length === 3);
  assert.deepEqual(stopped.seqs, [1]);
});

test('names of channels and positions are checked before anything is sent', async (t) => {
  const { link } = connect(t, { url: 'http://127.0.0.1:1' });
  for (const name of ['', '@', 'a b', 'a/b', 'a@1', 'é', 'x'.repeat(129)]) {
    assert.throws(() => link.follow(name, {}, 'now'), TypeError);
  }
  for (const position of ['', 'x', '-1', '1~', '~1', '1~2~3', 'k.abc', '1'.repeat(19)]) {
    assert.throws(() => link.follow('c', {}, { position }), TypeError);
  }
  assert.throws(() => link.follow('c', {}, { after: NaN }), TypeError);
});
