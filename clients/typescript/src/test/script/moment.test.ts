import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cursors as cursorsOf, MOBILE_TICK_MS, SIGNAL_TICK_MS, TICK_MS } from '../../cursors.ts';
import { Refused } from '../../link.ts';
import type { ApiRequest, PresentMember } from '../../link.ts';
import { world } from './made.ts';
import { settle } from './miniature.ts';

const DOC = 'doc:brief';
const FORBIDDEN = new Refused(403, { type: '/problems/forbidden', title: 'no', status: 403 });
const member = (user: string, resource?: string): PresentMember => ({ user, state: 'active', mode: 'viewing', devices: 1, last_seen: '', ...(resource && { resource }) });
const bodies = (requests: readonly ApiRequest[], of: string) => requests.filter(({ path }) => path.endsWith(of)).map(({ body }) => body);

/** A WebSocket that a test opens and closes. */
class Socket {
  readyState = 0;
  bufferedAmount = 0;
  readonly sent: unknown[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  hear(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  end(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 2;
  }
}

/** A client whose sockets a test has in its hand. */
function pointing(options: Parameters<typeof world>[0] = {}) {
  const made = world(options);
  const sockets: Socket[] = [];
  made.link.sockets = async () => {
    const socket = new Socket();
    sockets.push(socket);
    return socket as unknown as WebSocket;
  };
  return { ...made, sockets, cursors: cursorsOf<{ x: number }>(made.tailrace.channel(DOC)) };
}

test('R-30: being here is said again at the pace of the server, and at once when it changes', async () => {
  const { tailrace, link, clock } = world();
  const { presence } = tailrace.channel(DOC);
  presence.join({ mode: 'editing', resource: 'card:7' });
  await clock.pass(61_000);
  assert.deepEqual(bodies(link.requests, 'presence'), Array(3).fill({ mode: 'editing', resource: 'card:7', device: 'laptop' }));
  presence.join({ state: 'idle' });
  await clock.pass(29_000);
  assert.deepEqual(bodies(link.requests, 'presence').slice(3), [{ state: 'idle', device: 'laptop' }]);
  await presence.leave();
  const [last] = link.requests.slice(-1);
  assert.deepEqual([last?.method, last?.path, last?.keepalive], ['DELETE', '/v1/channels/doc%3Abrief/presence?device=laptop', true]);
  const { length } = link.requests;
  await clock.pass(120_000);
  assert.equal(link.requests.length, length);
});

test('what is said about being here does not overtake what was said before', async () => {
  const { tailrace, link } = world();
  const { presence } = tailrace.channel(DOC);
  link.held = [];
  presence.join();
  await settle();
  void presence.leave();
  presence.join();
  void presence.leave();
  presence.join({ state: 'idle' });
  await settle();
  assert.equal(link.requests.length, 1);
  const [go] = link.held;
  link.held = null;
  go!();
  await settle();
  assert.deepEqual(link.requests.map(({ method, body }) => [method, (body as { state?: string }).state]), [['PUT', undefined], ['PUT', 'idle']]);
});

test('R-30: a heartbeat that fails is tried again soon, one that is refused is not', async () => {
  const { tailrace, link, clock } = world();
  const { presence } = tailrace.channel(DOC);
  link.fault = () => 'request lost';
  presence.join();
  await clock.pass(3_000);
  assert.ok(link.requests.length >= 3);
  link.fault = () => FORBIDDEN;
  await clock.pass(60_000);
  const { length } = link.requests;
  await clock.pass(120_000);
  assert.equal(link.requests.length, length);
});

test('R-30: who is here is followed, and asked where a stream may mean that nobody is', async () => {
  const { tailrace, link, clock } = world();
  const { members } = tailrace.channel(DOC).presence;
  const stop = members.subscribe(() => {});
  const [follow] = link.follows;
  const { presence, live } = follow!.listener;
  live?.(0);
  presence?.({ channel: DOC, members: [member('cleo'), member('ada')], count: 2 });
  await clock.pass(10_000);
  assert.deepEqual([...members.value.members.keys()], ['ada', 'cleo']);
  presence?.({ channel: DOC, updated: [member('ada', 'card:7')], left: [{ user: 'cleo' }], count: 1 });
  assert.deepEqual([...members.value.members.values()], [member('ada', 'card:7')]);
  assert.equal(link.requests.length, 0);
  live?.(0);
  link.held = [];
  await clock.pass(10_000);
  presence?.({ channel: DOC, joined: [member('ben')], count: 1 });
  link.held.forEach((go) => go());
  await settle();
  assert.deepEqual([...members.value.members.keys()], ['ben'], 'what came while the list was on its way is part of it');
  stop();
  stop();
  await clock.pass(2_000);
  assert.equal(link.follows.size, 0);
});

test('R-32: typing is said every few seconds while it goes on, for each resource', async () => {
  const { tailrace, link, clock } = world();
  const channel = tailrace.channel(DOC);
  for (let key = 0; key < 70; key++) {
    channel.typing('card:7');
    await clock.pass(100);
  }
  channel.typing('card:8');
  channel.typing('card:7', false);
  channel.typing('card:7', false);
  channel.typing('card:7');
  await settle();
  const typing = (resource: string, data?: false) => ({ kind: 'typing', data, resource });
  assert.deepEqual(bodies(link.requests, 'signals'), [
    ...Array(3).fill(typing('card:7')),
    typing('card:8'),
    typing('card:7', false),
    typing('card:7'),
  ]);
});

test('R-32: a read marker only moves forward, one request at a time', async () => {
  const { tailrace, link, clock } = world();
  const channel = tailrace.channel(DOC);
  [3, 5, 4].forEach((seq) => channel.read(seq));
  await clock.pass(10_000);
  channel.read(5);
  link.fault = () => 'request lost';
  [6, 7].forEach((seq) => channel.read(seq));
  await settle();
  channel.read(9);
  link.fault = () => null;
  await clock.pass(60_000);
  assert.deepEqual(bodies(link.requests, 'receipt'), [{ seq: 3 }, { seq: 5 }, { seq: 6 }, { seq: 9 }]);
});

test('R-33: a cursor is sent 20 times a second at most, and only where it is now', async () => {
  const { sockets, cursors, clock } = pointing();
  await settle();
  sockets[0]!.open();
  for (let ms = 0; ms < 1_000; ms++) {
    cursors.move({ x: ms });
    await clock.pass(1);
  }
  await clock.pass(TICK_MS);
  const { sent } = sockets[0]!;
  assert.ok(sent.length <= 21 && sent.length >= 19, String(sent.length));
  assert.deepEqual(sent.at(-1), { cursor: { x: 999 } });
});

test('R-33: on the mobile profile five times', async () => {
  const { sockets, cursors, clock } = pointing({ mobile: true });
  await settle();
  sockets[0]!.open();
  for (let ms = 0; ms < 1_000; ms += 10) {
    cursors.move({ x: ms });
    await clock.pass(10);
  }
  assert.ok(sockets[0]!.sent.length <= 1_000 / MOBILE_TICK_MS + 1);
});

test('R-41: what a full socket does not take is replaced, not queued', async () => {
  const { sockets, cursors, clock } = pointing();
  await settle();
  const [socket] = sockets;
  socket!.open();
  socket!.bufferedAmount = 1_000_000;
  for (let x = 0; x < 50; x++) {
    cursors.move({ x });
    await clock.pass(100);
  }
  assert.deepEqual(socket!.sent, []);
  socket!.bufferedAmount = 0;
  await clock.pass(100);
  assert.deepEqual(socket!.sent, [{ cursor: { x: 49 } }]);
});

test('R-54: a socket that takes nothing for long is left for another', async () => {
  const { sockets, cursors, clock } = pointing();
  await settle();
  sockets[0]!.open();
  sockets[0]!.bufferedAmount = 1_000_000;
  cursors.move({ x: 1 });
  await clock.pass(20_000);
  assert.equal(sockets.length, 2);
  sockets[1]!.open();
  await clock.pass(100);
  assert.deepEqual(sockets[1]!.sent, [{ cursor: { x: 1 } }], 'others see where it is at once');
});

test('others are known by user and device, and forgotten with the socket', async () => {
  const { sockets, cursors, clock } = pointing();
  await settle();
  const [socket] = sockets;
  socket!.open();
  const at = '2026-11-23T08:00:00Z';
  socket!.hear({ cursors: [{ user: 'ben', device: 'a', cursor: { x: 1 }, at }, { user: 'ben', device: 'b', cursor: { x: 2 }, at }], left: [] });
  socket!.hear({ cursors: [{ user: 'ben', device: 'a', cursor: null, at }, { user: 'cleo', cursor: { x: 3 }, at }], left: [{ user: 'dan' }] });
  socket!.hear({ event: 'something.new' });
  assert.deepEqual([...cursors.others.value.values()].map(({ user, cursor }) => [user, cursor.x]), [['ben', 2], ['cleo', 3]]);
  socket!.end(1001);
  assert.equal(cursors.others.value.size, 0);
  await clock.pass(30_000);
  assert.equal(sockets.length, 2);
});

test('R-73: the token of a live socket is renewed in it', async () => {
  let tokens = 0;
  const { sockets, link } = pointing();
  await settle();
  link.provider = () => `token ${++tokens}`;
  sockets[0]!.open();
  sockets[0]!.hear({ event: 'auth.expiring', expires_at: '' });
  await settle();
  assert.deepEqual(sockets[0]!.sent, [{ token: 'token 1' }]);
});

test('R-71: without the right there are no further sockets', async () => {
  const { sockets, clock, link } = pointing();
  await settle();
  sockets[0]!.open();
  sockets[0]!.end(4403);
  await clock.pass(120_000);
  assert.equal(sockets.length, 1);
  const other = world();
  let asked = 0;
  other.link.sockets = () => (asked++, Promise.reject(FORBIDDEN));
  cursorsOf(other.tailrace.channel(DOC));
  await other.clock.pass(120_000);
  assert.equal(asked, 1);
  assert.ok(!link.closed);
});

test('where no socket can be had, positions go as signals until one opens', async () => {
  const { sockets, cursors, clock, link } = pointing();
  cursors.move({ x: 0 });
  for (let tries = 0; tries < 3; tries++) {
    await settle();
    sockets.at(-1)!.end(1006);
    await clock.pass(30_000);
  }
  for (let x = 1; x <= 20; x++) {
    cursors.move({ x });
    await clock.pass(100);
  }
  const signals = bodies(link.requests, 'signals') as { kind: string; data: { x: number } }[];
  assert.ok(signals.length >= 4 && signals.length <= 2 + 2_000 / SIGNAL_TICK_MS, String(signals.length));
  assert.deepEqual(signals[0], { kind: 'cursor', data: { x: 0 }, resource: undefined });
  const [follow] = link.follows;
  const cursor = (by: string) => follow!.listener.signal?.({ channel: DOC, kind: 'cursor', by, data: { x: 5 }, at: '' });
  cursor('ada');
  cursor('ben');
  assert.deepEqual([...cursors.others.value.values()].map(({ user }) => user), ['ben']);
  sockets.at(-1)!.open();
  await clock.pass(1_000);
  assert.deepEqual(sockets.at(-1)!.sent, [{ cursor: { x: 20 } }]);
  assert.equal(link.follows.size, 0);
  cursors.close();
  assert.equal(sockets.at(-1)!.readyState, 2);
});

test('closing the client ends what is of the moment', async () => {
  const { tailrace, sockets, clock, link } = pointing();
  tailrace.channel(DOC).presence.join();
  await settle();
  sockets[0]!.open();
  tailrace.close();
  const { length } = link.requests;
  await clock.pass(300_000);
  assert.equal(link.requests.length, length);
  assert.equal(sockets.length, 1);
  assert.equal(sockets[0]!.readyState, 2);
});
