// A page that loses its network, sleeps, is put away and comes back.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ServerResponse } from 'node:http';
import type { Link } from '../../link.ts';
import { connect, follow, HandClock, json, message, open, serve, startOf, stream, until } from './world.ts';

/** Has this process look like a page, for the length of a test. Answers how to have something happen to it. */
function page(t: TestContext): { happens(name: string): void; document: EventTarget & { hidden: boolean } } {
  const window = new EventTarget();
  const document = Object.assign(new EventTarget(), { hidden: false });
  const scope = globalThis as Record<string, unknown>;
  Object.assign(scope, { document, addEventListener: window.addEventListener.bind(window) });
  t.after(() => {
    delete scope['document'];
    delete scope['addEventListener'];
  });
  return { happens: (name) => [window, document].forEach((target) => target.dispatchEvent(new Event(name))), document };
}

/** Whatever was to be asked has been asked: what is asked now is answered. */
async function still(link: Link): Promise<void> {
  await link.request({ method: 'GET', path: '/v1/still' });
}

async function live(t: TestContext) {
  const it = page(t);
  const clock = new HandClock();
  const streams: ServerResponse[] = [];
  let ended = 0;
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/still') {
      json(response, {});
      return;
    }
    response.on('close', () => ended++);
    streams.push(stream(response));
    response.write(open({ c: Math.max(0, startOf(asked)) }));
  });
  const made = connect(t, { ...server, clock });
  const told = follow(made.link, 'c');
  await until(() => made.link.connection.value.name === 'live');
  streams[0]?.write(message('c', 1));
  await until(() => told.seqs.length === 1);
  return { ...it, ...made, clock, server, streams, told, ended: () => ended };
}

test('R-54: without a network it is offline at once, and with it back a new stream is asked for at once', async (t) => {
  const { happens, link, server, clock } = await live(t);
  clock.chance = 0.9;
  happens('offline');
  await until(() => link.connection.value.name === 'offline');
  assert.equal(server.of('GET /v1/stream').length, 1);
  happens('online');
  await until(() => link.connection.value.name === 'live');
  assert.equal(startOf(server.of('GET /v1/stream')[1] ?? assert.fail('no second')), 1);
});

test('R-54: what was learned of a network is not held against the next one', async (t) => {
  const { happens, link, server, clock, streams } = await live(t);
  clock.pass(10_500);
  streams[0]?.end();
  await clock.passUntil(() => streams.length === 2);
  happens('offline');
  await until(() => link.connection.value.name === 'offline');
  happens('online');
  await until(() => streams.length === 3);
  assert.deepEqual(server.of('GET /v1/stream').map(({ query }) => query.get('heartbeat')), [null, '5', null]);
});

test('R-54: a connection from before is not trusted when the network is back', async (t) => {
  const { happens, streams, ended } = await live(t);
  happens('online');
  await until(() => streams.length === 2 && ended() === 1);
});

for (const event of ['pageshow', 'resume', 'visibilitychange']) {
  test(`R-54: ${event} replaces a stream that has been silent, and leaves one that has not`, async (t) => {
    const { happens, link, server, clock } = await live(t);
    happens(event);
    clock.pass(1000);
    await still(link);
    assert.equal(server.of('GET /v1/stream').length, 1);
    clock.pass(20_000); // of 37.5 that it may be silent
    happens(event);
    await until(() => server.of('GET /v1/stream').length === 2);
  });
}

test('R-54: a page that becomes hidden does nothing', async (t) => {
  const { happens, link, server, clock, document } = await live(t);
  clock.pass(20_000);
  document.hidden = true;
  happens('visibilitychange');
  await still(link);
  assert.equal(server.of('GET /v1/stream').length, 1);
});

for (const [away, back] of [['pagehide', 'pageshow'], ['freeze', 'resume']] as const) {
  test(`R-54: ${away} gives the stream up, and ${back} goes on where it was`, async (t) => {
    const { happens, streams, told, server, ended } = await live(t);
    happens(away);
    await until(() => ended() === 1);
    assert.equal(server.of('GET /v1/stream').length, 1);
    happens(back);
    await until(() => streams.length === 2);
    assert.equal(startOf(server.of('GET /v1/stream')[1] ?? assert.fail('no second')), 1);
    streams[1]?.write(message('c', 2));
    await until(() => told.seqs.length === 2);
    assert.deepEqual(told.seqs, [1, 2]);
  });
}

test('R-51: whoever comes back does not wait for the next attempt, but for a server that asked to be left alone', async (t) => {
  const { happens } = page(t);
  const clock = new HandClock();
  clock.chance = 0.5;
  let asks = '';
  const server = await serve(t, (asked, response) => {
    if (asked.path === '/v1/still') {
      json(response, {});
      return;
    }
    response.writeHead(503, asks ? { 'Retry-After': asks } : {}).end();
  });
  const { link } = connect(t, { ...server, clock });
  follow(link, 'c');
  await until(() => link.connection.value.name === 'offline');
  asks = '60';
  happens('pageshow');
  await until(() => server.of('GET /v1/stream').length === 2 && (link.connection.value.retryAt ?? 0) - clock.now() > 59_000);
  happens('pageshow');
  happens('online');
  await still(link);
  assert.equal(server.of('GET /v1/stream').length, 2);
});
