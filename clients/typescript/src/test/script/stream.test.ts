// One stream for all channels: how it is changed and renewed while it lives, and where it goes on when it does not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerResponse } from 'node:http';
import { type Asked, block, connect, event, follow, json, message, open, problem, serve, startOf, stream, until } from './world.ts';

test('R-21: one stream follows all channels, and a reconnect resumes them with the last id', async (t) => {
  const streams: ServerResponse[] = [];
  const server = await serve(t, (asked, response) => {
    if (asked.path !== '/v1/stream') {
      json(response, { channel: 'a', head: 1, floor: 0, epoch: 1 });
      return;
    }
    streams.push(stream(response));
    response.write(open({ a: 1, b: 2 }, { id: 'v.open' }));
    if (streams.length === 1) {
      response.end(message('a', 2, 2, 'v.two'));
    } else {
      response.write(message('a', 2, 2, 'v.two') + message('b', 3, 3, 'v.three'));
    }
  });
  const { link, names } = connect(t, server);
  const [a, b] = [follow(link, 'a'), follow(link, 'b')];
  await until(() => b.seqs.length);
  assert.deepEqual(server.of('GET /v1/stream').map(({ query }) => [query.getAll('channel'), query.get('last_event_id')]), [
    [['a', 'b'], null],
    [['a', 'b'], 'v.two'],
  ]);
  assert.deepEqual([a.seqs, b.seqs], [[2], [3]]);
  assert.deepEqual(names(), ['connecting', 'live', 'connecting', 'live']);
  assert.equal(link.connection.value.node, 'n1');
  assert.ok(link.connection.value.bytes >= 0);
});

test('R-26: channels are added to and taken from a live stream', async (t) => {
  let live: ServerResponse;
  const server = await serve(t, (asked, response) => {
    if (asked.method === 'PATCH') {
      json(response, JSON.parse(/data: (.*)/.exec(open(asked.body.add.length ? { a: 5, b: 7, d: 0 } : { b: 7, d: 0 }))?.[1] ?? ''));
      live.write(open(asked.body.add.length ? { a: 5, b: 7, d: 0 } : { b: 7, d: 0 }, { id: 'k.1' }) + message('b', 8, 8, 'k.2'));
    } else {
      live = stream(response);
      live.write(open({ a: 5 }));
    }
  });
  const { link } = connect(t, server);
  const a = follow(link, 'a');
  await until(() => a.words.length);
  const [b, d] = [follow(link, 'b', { after: 7 }), follow(link, 'd', 'start')];
  await until(() => b.seqs.length && d.words.length);
  a.follow.stop();
  await until(() => server.of('PATCH /v1/streams/s1').length === 2);
  assert.deepEqual(server.of('PATCH /v1/streams/s1').map(({ body }) => body), [
    { add: ['b@7', 'd@0'], remove: [] },
    { add: [], remove: ['a'] },
  ]);
  assert.equal(server.of('GET /v1/stream').length, 1);
  assert.deepEqual(b.seqs, [8]);
});

test('R-26: a stream that went elsewhere is asked for again, with each channel where it stands', async (t) => {
  const server = await serve(t, (asked, response) => {
    if (asked.method === 'PATCH') {
      problem(response, 404, 'stream-not-found');
    } else {
      const both = asked.query.getAll('channel').length > 1;
      stream(response).write(both ? open({ a: 6, b: 0 }) + message('b', 1, 1, 'v.1') : open({ a: 5 }) + message('a', 6));
    }
  });
  const { link } = connect(t, server);
  const a = follow(link, 'a');
  await until(() => a.seqs.length);
  const b = follow(link, 'b', 'start');
  await until(() => b.seqs.length);
  const [, second] = server.of('GET /v1/stream');
  assert.deepEqual(second?.query.getAll('channel'), ['a@6', 'b@0']);
  assert.equal(second?.query.get('last_event_id'), null);
});

test('R-26: a token that ends is renewed in place', async (t) => {
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      stream(response).write(open({ a: 0 }) + block('auth.expiring', { expires_at: '2026-11-26T09:00:00Z' }));
    } else {
      json(response, { expires_at: '2026-11-26T10:00:00Z' });
    }
  });
  let tokens = 0;
  const { link } = connect(t, { ...server, token: async () => `t${++tokens}` });
  follow(link, 'a');
  await until(() => server.of('PUT /v1/streams/s1/token').length);
  assert.equal(server.of('PUT /v1/streams/s1/token')[0]?.headers['authorization'], 'Bearer t2');
  assert.equal(server.of('GET /v1/stream').length, 1);
});

test('R-72: a right that is taken away is told, and the channel is asked for no more', async (t) => {
  let streams = 0;
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      stream(response).write(
        streams++ ? open({ b: 0 }) : open({ a: 3, b: 0 }) + block('revoked', { channel: 'a', seq: 3 }),
      );
      if (streams === 1) {
        response.end();
      }
    } else {
      json(response, { stream: 's1', channels: { b: { seq: 0, status: 'live' } } });
    }
  });
  const { link } = connect(t, server);
  const a = follow(link, 'a');
  follow(link, 'b');
  await until(() => server.of('GET /v1/stream').length === 2);
  assert.deepEqual(a.words, ['live 3', 'revoked 3']);
  assert.deepEqual(server.of('GET /v1/stream')[1]?.query.getAll('channel').map((name) => name.split('@')[0]), ['b']);
});

test('degraded is a state until the server says that it is over', async (t) => {
  let live: ServerResponse | undefined;
  const server = await serve(t, (_, response) => void (live = stream(response)).write(open({ a: 0 })));
  const { link, names } = connect(t, server);
  follow(link, 'a');
  const say = async (frame: string, name: string): Promise<void> => {
    live?.write(frame);
    await until(() => link.connection.value.name === name);
  };
  await until(() => link.connection.value.name === 'live');
  await say(block('degraded', { dropped: {}, database: 'away' }), 'degraded');
  live?.write(block('heartbeat', {}));
  await say(block('degraded', { dropped: {}, database: 'back' }), 'live');
  await say(block('degraded', { dropped: { signal: 3 } }), 'degraded');
  await say(block('heartbeat', {}), 'live');
  assert.deepEqual(names(), ['connecting', 'live', 'degraded', 'live', 'degraded', 'live']);
});

test('R-24: catching up is a state until everything that was missed is told', async (t) => {
  let answered = 0;
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      stream(response).write(open({ a: [1, 'replaying'] }) + message('a', 2) + message('a', 3));
    } else {
      const status = answered++ ? 'live' : 'replaying';
      json(response, { stream: 's1', channels: { a: { seq: 3, status } } });
    }
  });
  const { link, names } = connect(t, server);
  const told = follow(link, 'a', { after: 1 });
  await until(() => link.connection.value.name === 'live');
  assert.deepEqual(names(), ['connecting', 'catching-up', 'live']);
  assert.deepEqual([told.seqs, told.words], [[2, 3], ['live 3']]);
});

test('R-53: when one node fails, the next takes its turn, for streams and for requests', async (t) => {
  const dead = 'http://127.0.0.1:9';
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      stream(response).write(open({ a: 0 }, { node: 'n2' }));
    } else {
      json(response, { ok: true });
    }
  });
  const one = connect(t, { url: [`${dead}/`, `${server.url}/`] });
  follow(one.link, 'a');
  await until(() => one.link.connection.value.node === 'n2');
  const other = connect(t, { url: [dead, server.url] });
  const answer = await other.link.request<{ ok: boolean }>({ method: 'POST', path: '/v1/writes', body: { writes: [] } });
  assert.deepEqual([answer.status, answer.body], [200, { ok: true }]);
  assert.equal(server.of('POST /v1/writes')[0]?.headers['content-type'], 'application/json');
});

test('R-53: a stream whose connection breaks goes on at the next node, and is not called offline for that', async (t) => {
  const second = await serve(t, (asked, response) => {
    stream(response).write(open({ a: startOf(asked) }, { node: 'n2' }) + message('a', startOf(asked) + 1));
  });
  const first = await serve(t, (_, response) => {
    stream(response).write(open({ a: 0 }, { node: 'n1' }) + message('a', 1));
    setTimeout(() => response.destroy(), 20);
  });
  const { link, names } = connect(t, { url: [first.url, second.url] });
  const told = follow(link, 'a');
  await until(() => told.seqs.length === 2);
  assert.deepEqual(told.seqs, [1, 2]);
  assert.equal(link.connection.value.node, 'n2');
  assert.deepEqual(names(), ['connecting', 'live', 'connecting', 'live']);
});

test('requests reject with what the server says, or with what became of them', async (t) => {
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/a') {
      problem(response, 412, 'precondition-failed', { current: event('c', 7) });
    } else if (asked.path === '/v1/b') {
      json(response, { type: '/problems/overloaded', title: '', status: 503 }, 503, { 'Retry-After': '2' });
    } else if (asked.path === '/v1/c') {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>Log in</p>');
    } else {
      response.writeHead(302, { Location: 'http://127.0.0.1:9/' }).end();
    }
  });
  const { link } = connect(t, server);
  const ask = (path: string) => link.request({ method: 'GET', path }).then(() => assert.fail('no'), (error) => error);
  const conflict = await ask('/v1/a');
  assert.deepEqual([conflict.status, conflict.passing, conflict.problem.current.seq], [412, false, 7]);
  const busy = await ask('/v1/b');
  assert.deepEqual([busy.status, busy.passing, busy.retryAfterMs], [503, true, 2000]);
  for (const path of ['/v1/c', '/v1/d']) {
    assert.equal((await ask(path)).constructor.name, 'Unreachable');
  }
});

test('a provider that fails means offline, not silence', async (t) => {
  const server = await serve(t, (_, response) => void stream(response).write(open({ a: 0 })));
  let asked = 0;
  const { link, names } = connect(t, {
    ...server,
    token: async () => {
      if (++asked < 3) {
        throw new Error('the login page is away');
      }
      return 't';
    },
  });
  follow(link, 'a');
  await until(() => link.connection.value.name === 'live');
  assert.deepEqual(names(), ['connecting', 'offline', 'live']);
});

test('the last follow that stops ends the stream, and a new one begins another', async (t) => {
  let closed = 0;
  const server = await serve(t, (_, response) => {
    response.on('close', () => closed++);
    stream(response).write(open({ a: 0 }));
  });
  const { link } = connect(t, server);
  const first = follow(link, 'a');
  await until(() => first.words.length);
  first.follow.stop();
  first.follow.stop();
  await until(() => closed === 1);
  const second = follow(link, 'a');
  await until(() => second.words.length);
  assert.equal(server.asked.length, 2);
});

test('the mobile profile asks for a longer heartbeat and for batches', async (t) => {
  const server = await serve(t, (_, response) => void stream(response).write(open({ a: 0 })));
  const { link } = connect(t, { ...server, profile: 'mobile', client: 'board/1', device: 'phone' });
  follow(link, 'a');
  await until(() => server.asked.length);
  const { query } = server.asked[0] as Asked;
  assert.deepEqual(['heartbeat', 'flush_ms', 'client', 'device'].map((name) => query.get(name)), ['60', '250', 'board/1', 'phone']);
});

test('positions are of the epoch that the server is in, also with several channels', async (t) => {
  let live: ServerResponse | undefined;
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/stream') {
      live = stream(response);
      live.write(open({ a: 1, b: 2 }, { id: 'v.x' }));
    } else {
      json(response, { channel: 'a', head: 1, floor: 0, epoch: 4 });
    }
  });
  const { link } = connect(t, server);
  const a = follow(link, 'a');
  follow(link, 'b');
  let seq = 1;
  await until(() => {
    live?.write(message('a', ++seq, seq, `v.${seq}`)); // one of them comes after the answer
    return a.positions.at(-1)?.startsWith('4~');
  });
  assert.equal(a.positions.at(-1), `4~${a.seqs.at(-1)}`);
});

test('R-20: an EventSource has a ticket, which is extended with a fresh token', async (t) => {
  const sources: Fake[] = [];
  class Fake {
    static CLOSED = 2;
    readyState = 1;
    onerror = (): void => {};
    readonly heard = new Map<string, (event: unknown) => void>();
    readonly url: URL;
    constructor(url: string) {
      this.url = new URL(url);
      sources.push(this);
    }
    addEventListener(name: string, run: (event: unknown) => void): void {
      this.heard.set(name, run);
    }
    close(): void {
      this.readyState = 2;
    }
    say(name: string, data: unknown, lastEventId = ''): void {
      this.heard.get(name)?.({ data: JSON.stringify(data), lastEventId });
    }
  }
  const server = await serve(t, (_, response) => json(response, { ticket: 'T', expires_at: new Date(Date.now() + 9e5).toISOString() }, 201));
  const { link } = connect(t, { ...server, transport: 'eventsource', EventSource: Fake as unknown as typeof EventSource });
  const told = follow(link, 'a', { after: 4 });
  await until(() => sources.length);
  const [first] = sources as [Fake];
  assert.deepEqual(['channel', 'ticket'].map((name) => first.url.searchParams.get(name)), ['a@4', 'T']);
  first.heard.get('open')?.({}); // the browser's own
  first.say('open', { stream: 's', node: 'n', channels: { a: { seq: 4, status: 'live' } }, heartbeat_ms: 15_000 }, '4');
  first.say('message', event('a', 5), '5');
  first.say('auth.expiring', {});
  await until(() => server.of('PUT /v1/tickets').length);
  assert.equal(server.of('PUT /v1/streams/s/token').length, 1);
  first.onerror(); // the connection went; the browser would come back at the same address
  await until(() => sources.length === 2);
  assert.equal(first.readyState, 2);
  assert.equal(startOf({ query: sources[1]?.url.searchParams } as Asked), 5);
  assert.deepEqual(told.seqs, [5]);
  assert.equal(server.of('POST /v1/tickets').length, 1);
});
