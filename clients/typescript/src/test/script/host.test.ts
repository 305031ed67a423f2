// One stream for several pages, as the one who holds it sees them. What pages make of it is tried in a browser.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Guest, Host, type HostOptions, MAX_AHEAD, type ToPage } from '../../host.ts';
import { HandClock, hasty, json, message, open, serve, stream, until } from './world.ts';

const send: typeof fetch = (input, init) => fetch(input, init);

function options(url: string): HostOptions {
  return { urls: [url], client: 'test/1', device: 'd', transport: 'fetch', mobile: false };
}

interface Page {
  readonly guest: Guest;
  readonly said: ToPage[];
  readonly seqs: () => number[];
}

/** A page that follows `c`, and answers questions for a token with `token`; undefined: it is frozen. */
function page(host: Host, url: string, token: string | undefined): Page {
  const said: ToPage[] = [];
  const guest = host.admit((message) => {
    said.push(message);
    if ('token' in message && token !== undefined) {
      queueMicrotask(() => guest({ token }));
    }
  });
  guest({ hello: options(url), follows: [['c', '@0']], lock: '' });
  const seqs = (): number[] =>
    said.flatMap((one) => ('frame' in one && one.frame === 'message' ? [(one.data as { seq: number }).seq] : []));
  return { guest, said, seqs };
}

test('R-54: a frozen page is sent so many frames and no more, and is told where the stream is when it takes them', async (t) => {
  const count = MAX_AHEAD + 200;
  const server = await serve(t, (_, response) => {
    stream(response).write(open({ c: 0 }) + Array.from({ length: count }, (_, i) => message('c', i + 1)).join(''));
  });
  const host = new Host({ clock: hasty, fetch: send });
  t.after(() => host.close());
  const frozen = page(host, server.url, 'token');
  const awake = page(host, server.url, 'token');
  let taken = 0;
  await until(() => {
    const { length } = awake.seqs();
    awake.guest({ taken: length - taken });
    taken = length;
    return length === count || server.asked.length === 0;
  });
  await until(() => frozen.said.filter((one) => 'frame' in one).length >= MAX_AHEAD);
  assert.equal(frozen.said.filter((one) => 'frame' in one).length, MAX_AHEAD);

  frozen.guest({ taken: MAX_AHEAD / 2 });
  await Promise.resolve();
  assert.equal(frozen.said.filter((one) => 'frame' in one).length, MAX_AHEAD, 'not before it has taken more than half');
  frozen.guest({ taken: MAX_AHEAD / 2 });
  await until(() => frozen.said.filter((one) => 'frame' in one).length > MAX_AHEAD);
  const [last] = frozen.said.slice(-1);
  assert.ok(last && 'frame' in last && last.frame === 'followed');
  const { head, late } = last.data as { head: number; late: boolean };
  assert.deepEqual([head, late], [count, true]);
});

test('R-73: the youngest page is asked for a token, and one that does not answer is passed over', async (t) => {
  const server = await serve(t, (_, response) => void stream(response).write(open({ c: 0 })));
  const clock = new HandClock();
  const host = new Host({ clock, fetch: send });
  t.after(() => host.close());
  const old = page(host, server.url, 'of the old one');
  const frozen = page(host, server.url, undefined);
  await until(() => frozen.said.some((one) => 'token' in one));
  assert.ok(!old.said.some((one) => 'token' in one));
  await clock.passUntil(() => server.asked.length);
  assert.equal(server.asked[0]?.headers['authorization'], 'Bearer of the old one');
});

test('R-54: the stream is what all pages follow together, and ends with the last of them', async (t) => {
  let closed = false;
  const server = await serve(t, (asked, response) => {
    if (asked.method === 'PATCH') {
      const channels = asked.body.remove.length ? { c: { seq: 0, status: 'live' } } : { c: { seq: 0, status: 'live' }, d: { seq: 4, status: 'live' } };
      json(response, { stream: 's1', channels });
    } else {
      response.on('close', () => (closed = true));
      stream(response).write(open({ c: 0 }));
    }
  });
  const host = new Host({ clock: hasty, fetch: send });
  t.after(() => host.close());
  const [one, other] = [page(host, server.url, 'token'), page(host, server.url, 'token')];
  await until(() => one.said.some((said) => 'frame' in said) && other.said.some((said) => 'frame' in said));
  other.guest({ follow: 'd', start: '' });
  await until(() => server.of('PATCH /v1/streams/s1').length === 1);
  other.guest({ bye: true });
  await until(() => server.of('PATCH /v1/streams/s1').length === 2);
  assert.deepEqual(server.of('PATCH /v1/streams/s1').map(({ body }) => body), [
    { add: ['d'], remove: [] },
    { add: [], remove: ['d'] },
  ]);
  assert.equal(server.of('GET /v1/stream').length, 1);
  one.guest({ unfollow: 'c' });
  await until(() => closed);
});
