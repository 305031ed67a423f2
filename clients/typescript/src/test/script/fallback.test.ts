// Networks that let no stream through, machines that sleep, and time in the tests' hands.

import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { type Asked, block, connect, event, follow, HandClock, json, message, open, problem, serve, startOf, stream, until } from './world.ts';

/** Polls are answered at once while there is something to tell, and are held else. */
function poll(asked: Asked, response: ServerResponse, head: number, held: (() => void)[]): void {
  const after = startOf(asked);
  const answer = (): void => {
    const frames = Array.from({ length: Math.max(0, head - after) }, (_, i) => ({ id: `${after + 1 + i}`, data: event('c', after + 1 + i) }));
    json(response, { frames, id: `${Math.max(head, after)}` });
  };
  if (head > after) {
    answer();
  } else {
    held.push(answer);
  }
}

for (const [what, begin] of [
  ['open but mute', (response: ServerResponse) => void stream(response).write(open({ c: 0 }))],
  ['never begun, their heads held back', () => {}],
  ['held back after the head', (response: ServerResponse) => void stream(response)],
  ['cut before they begin', (response: ServerResponse, clock: HandClock) => void clock.after(8000, () => response.destroy())],
  ['given up by a proxy', (response: ServerResponse, clock: HandClock) => void clock.after(8000, () => problem(response, 504, 'of-a-proxy'))],
  [
    'held back, and given in one burst',
    (response: ServerResponse, clock: HandClock) =>
      void clock.after(8000, () => void stream(response).end(open({ c: 0 }) + block('heartbeat', {}))),
  ],
] as const) {
  test(`R-25: after three streams that are ${what} it polls, and goes back when streams come through`, async (t) => {
    const clock = new HandClock();
    const held: (() => void)[] = [];
    let through = false;
    let head = 2;
    let live: ServerResponse | undefined;
    const server = await serve(t, (asked, response) => {
      if (asked.path === '/v1/channels/c') {
        json(response, { channel: 'c', head: 0, floor: 0, epoch: 1 });
      } else if (asked.query.has('wait')) {
        poll(asked, response, head, held);
      } else if (through) {
        live = stream(response);
        live.write(open({ c: Math.max(0, startOf(asked)) }));
      } else {
        begin(response, clock);
      }
    });
    const { link, names, states } = connect(t, { ...server, clock });
    const told = follow(link, 'c');
    const streams = () => server.of('GET /v1/stream').filter(({ query }) => !query.has('wait'));
    await until(() => streams().length);
    await clock.passUntil(() => link.connection.value.name === 'polling');
    assert.equal(streams().length, 3);
    assert.deepEqual(streams().map(({ query }) => query.get('compat')), [null, '1', '1']);
    await until(() => told.seqs.length === 2);
    head = 3;
    await until(() => held.length);
    held.splice(0).forEach((answer) => answer());
    await until(() => told.seqs.length === 3);

    through = true;
    await clock.passUntil(() => {
      held.splice(0).forEach((answer) => answer());
      return live;
    }, 2000);
    assert.equal(link.connection.value.name, 'polling', 'one frame proves nothing');
    await clock.passUntil(() => {
      live?.write(block('heartbeat', {}));
      return link.connection.value.name === 'live';
    }, 3000);
    live?.write(message('c', 4));
    await until(() => told.seqs.length === 4);
    assert.deepEqual(told.seqs, [1, 2, 3, 4]);
    assert.ok(names().includes('polling') && names().at(-1) === 'live');
    assert.ok(states.some(({ reason }) => reason === 'streams do not come through'));
  });
}

test('R-25: streams that stay mute are tried less and less often', async (t) => {
  const clock = new HandClock();
  const at: number[] = [];
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/channels/c') {
      json(response, { channel: 'c', head: 0, floor: 0, epoch: 1 });
    } else if (asked.query.has('wait')) {
      setTimeout(() => json(response, { frames: [], id: '0' }), 1);
    } else {
      at.push(clock.now());
    }
  });
  const { link } = connect(t, { ...server, clock });
  follow(link, 'c');
  await clock.passUntil(() => at.length >= 9, 1000, 7_200_000);
  const waits = at.slice(3).map((time, i) => Math.round((time - (at[i + 2] ?? 0)) / 1000));
  assert.ok(waits.every((wait, i) => i === 0 || wait > (waits[i - 1] ?? 0) || wait >= 450), waits.join());
  assert.ok((waits[0] ?? 0) >= 30 && (waits.at(-1) ?? 0) <= 640, waits.join());
});

test('R-25: polls on request, of many channels, each from where it stands', async (t) => {
  const held: ServerResponse[] = [];
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/channels/b') {
      json(response, { channel: 'b', head: 7, floor: 0, epoch: 2 });
    } else if (asked.query.get('last_event_id') === 'v.1') {
      held.push(response);
    } else {
      json(response, { frames: [{ id: 'v.0', data: event('a', 5) }, { event: 'presence', data: { channel: 'b', count: 2 } }, { id: 'v.1', data: event('b', 8) }], id: 'v.1' });
    }
  });
  const { link, names } = connect(t, { ...server, transport: 'poll' });
  const [a, b] = [follow(link, 'a', { position: '2~4' }), follow(link, 'b')];
  await until(() => held.length);
  assert.deepEqual(server.of('GET /v1/stream')[0]?.query.getAll('channel'), ['a@2~4', 'b@2~7']);
  assert.deepEqual([a.seqs, b.seqs, b.positions], [[5], [8], ['2~8']]);
  assert.ok(b.words.includes('presence 2') && b.words.includes('live 8') && a.words.includes('live 5'));
  follow(link, 'c', 'start');
  await until(() => server.of('GET /v1/stream').length === 3);
  assert.deepEqual(server.of('GET /v1/stream')[2]?.query.getAll('channel'), ['a@2~5', 'b@2~8', 'c@2~0']);
  assert.deepEqual(names(), ['connecting', 'polling']);
});

test('R-25: a poll hands on what the client knows of the moment, and heeds what the answer says of its end', async (t) => {
  const says = [
    [{ event: 'auth.expiring', data: {} }],
    [{ event: 'reconnect', data: { after_ms: 5 } }],
    [{ event: 'end', data: { reason: 'expired' } }],
    [{ event: 'end', data: { reason: 'client-not-served' } }],
  ];
  const server = await serve(t, (_, response) => json(response, { frames: says.shift() ?? [], id: '3', moment: `m${says.length}` }));
  let tokens = 0;
  const { link } = connect(t, { ...server, transport: 'poll', token: async () => `t${++tokens}` });
  follow(link, 'c', { after: 3 });
  await until(() => link.connection.value.name === 'unauthorized');
  assert.equal(link.connection.value.reason, 'client-not-served');
  assert.deepEqual(
    server.asked.map(({ headers, query }) => [headers['authorization'], query.get('moment')]),
    [['Bearer t1', null], ['Bearer t2', 'm3'], ['Bearer t2', 'm2'], ['Bearer t3', 'm1']],
  );
});

test('R-25: polls wait for less where somebody cuts what is silent, and then for ever more', async (t) => {
  const clock = new HandClock();
  const held: ServerResponse[] = [];
  const server = await serve(t, (_, response) => void held.push(response));
  const { link } = connect(t, { ...server, clock, transport: 'poll' });
  follow(link, 'c', 'start');
  const after = async (ms: number, answer: (response: ServerResponse) => void) => {
    await until(() => held.length);
    const next = server.asked.length + 1;
    clock.pass(ms);
    held.splice(0).forEach(answer);
    await clock.passUntil(() => server.asked.length === next, 1);
  };
  const cut = (response: ServerResponse) => void response.destroy();
  const nothing = (response: ServerResponse) => json(response, { frames: [], id: '0' });
  await after(3000, cut); // too soon to be anything but an accident
  await after(10_500, cut);
  await after(5000, nothing);
  await after(6010, (response) => problem(response, 504, 'of-a-proxy')); // about when it would have been answered
  await after(3000, nothing);
  assert.deepEqual(server.asked.map(({ query }) => query.get('wait')), ['25', '25', '5', '6', '3', '4']);
});

test('R-25: a channel that is not there yet is polled from its beginning; one that may not be read is refused alone', async (t) => {
  const held: ServerResponse[] = [];
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/channels/fresh') {
      problem(response, 404, 'channel-not-found');
    } else if (asked.path === '/v1/channels/secret') {
      problem(response, 403, 'forbidden');
    } else {
      held.push(response);
    }
  });
  const { link } = connect(t, { ...server, transport: 'poll' });
  const [fresh, secret] = [follow(link, 'fresh'), follow(link, 'secret')];
  await until(() => held.length);
  assert.deepEqual(server.of('GET /v1/stream')[0]?.query.getAll('channel'), ['fresh@0']);
  assert.deepEqual([fresh.words, secret.words], [['live 0'], ['refused forbidden']]);
});

test('R-54: a stream that falls silent for two and a half heartbeats is replaced', async (t) => {
  const clock = new HandClock();
  const streams: ServerResponse[] = [];
  const server = await serve(t, (asked, response) => {
    streams.push(stream(response));
    response.write(open({ c: Math.max(0, startOf(asked)) }, { heartbeat: 10_000 }));
  });
  const { link } = connect(t, { ...server, clock });
  follow(link, 'c');
  await until(() => link.connection.value.name === 'live');
  for (let beat = 0; beat < 6; beat++) {
    clock.pass(10_000);
    const { bytes } = link.connection.value;
    streams[0]?.write(block('heartbeat', {}));
    await clock.passUntil(() => link.connection.value.bytes > bytes, 200);
  }
  assert.equal(streams.length, 1);
  clock.pass(24_000);
  assert.equal(streams.length, 1);
  clock.pass(4000);
  await until(() => streams.length === 2);
  assert.equal(server.asked[1]?.query.get('compat'), null, 'streams came through: it is the connection that went');
});

test('R-54: after a sleep a token is asked for first, then the stream is replaced at once', async (t) => {
  const clock = new HandClock();
  const server = await serve(t, (asked, response) => void stream(response).write(open({ c: Math.max(0, startOf(asked)) })));
  let tokens = 0;
  const { link } = connect(t, { ...server, clock, token: async () => `t${++tokens}` });
  follow(link, 'c');
  await until(() => link.connection.value.name === 'live');
  clock.sleep(3_600_000);
  await until(() => server.asked.length === 2);
  assert.deepEqual(server.asked.map(({ headers }) => headers['authorization']), ['Bearer t1', 'Bearer t2']);
  assert.equal(server.asked[1]?.query.get('compat'), null, 'a sleep says nothing about the network');
});

test('R-25: somebody who cuts what is idle is sent heartbeats more often', async (t) => {
  const clock = new HandClock();
  const streams: ServerResponse[] = [];
  const server = await serve(t, (asked, response) => {
    streams.push(stream(response));
    response.write(open({ c: Math.max(0, startOf(asked)) }));
  });
  const { link } = connect(t, { ...server, clock });
  follow(link, 'c');
  await until(() => link.connection.value.name === 'live');
  clock.pass(10_500);
  streams[0]?.end();
  await clock.passUntil(() => streams.length === 2);
  assert.equal(server.asked[1]?.query.get('heartbeat'), '5');
});

test('R-51: waits grow while nobody answers, and the page is told when the next attempt is', async (t) => {
  const clock = new HandClock();
  clock.chance = 0.999;
  const { link, states } = connect(t, { url: 'http://127.0.0.1:9', clock });
  follow(link, 'c');
  const waits: number[] = [];
  for (let i = 0; i < 7; i++) {
    await until(() => (link.connection.value.retryAt ?? 0) > clock.now());
    const { retryAt = 0 } = link.connection.value;
    waits.push(Math.round((retryAt - clock.now()) / 1000));
    clock.pass(retryAt - clock.now());
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 30, 30]);
  assert.ok(states.every(({ name }) => name === 'connecting' || name === 'offline'));
});
