import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Uuids } from '../../ids.ts';
import { Refused, Unreachable } from '../../link.ts';
import { MAX_QUEUED, MAX_QUEUED_CHARACTERS } from '../../outbox.ts';
import { MAX_BATCH } from '../../sender.ts';
import { memory } from '../../storage.ts';
import type { Outcome } from '../../write.ts';
import { world } from './made.ts';
import type { Events } from './made.ts';
import { problem, settle, tokenOf } from './miniature.ts';

const BOARD = 'board:roadmap';
const HOUR_MS = 3_600_000;
const down = () => 'request lost' as const;
const kind = ({ kind }: Outcome) => kind;

test('R-10: a write alone goes by itself, and is acknowledged', async () => {
  const { tailrace, link, server } = world();
  const write = tailrace.channel<Events>(BOARD).write('card.moved', { column: 'doing' }, { key: 'card:7', ifMatch: '0' });
  assert.equal(write.state.value.name, 'queued');
  const outcome = await write.settled;
  assert.ok(outcome.kind === 'committed' && outcome.receipt.seq === 1 && outcome.receipt.data.column === 'doing');
  const [request] = link.requests;
  assert.equal(request?.path, '/v1/channels/board%3Aroadmap/events');
  assert.deepEqual(request?.headers, { 'Idempotency-Key': write.idempotencyKey, 'If-Match': '"0"' });
  assert.equal(server.log(BOARD)[0]?.ref, write.ref);
  assert.deepEqual(tailrace.pending.value, []);
});

test('R-15: what has gathered goes as one batch, in order', async () => {
  const { tailrace, link, server } = world();
  const board = tailrace.channel<Events>(BOARD);
  link.held = [];
  const first = board.write('card.moved', { column: 'a' });
  await settle();
  const rest = ['b', 'c', 'd'].map((column) => board.write('card.moved', { column }));
  link.held.splice(0).forEach((go) => go());
  link.held = null;
  await Promise.all([first, ...rest].map(({ settled }) => settled));
  assert.deepEqual(link.requests.map(({ path }) => path), ['/v1/channels/board%3Aroadmap/events', '/v1/writes']);
  assert.deepEqual(server.log(BOARD).map(({ data }) => (data as { column: string }).column), ['a', 'b', 'c', 'd']);
});

test('R-13: a lost acknowledgement is repaired by the same key', async () => {
  const { tailrace, link, server, clock } = world();
  let lost = 2;
  link.fault = () => (lost-- > 0 ? 'answer lost' : null);
  const write = tailrace.channel<Events>(BOARD).write('card.moved', { column: 'doing' });
  await settle();
  const { value } = write.state;
  assert.ok(value.name === 'retrying' && value.at > clock.now());
  await clock.pass(10_000);
  assert.equal(kind(await write.settled), 'committed');
  assert.equal(server.log(BOARD).length, 1);
  assert.equal(new Set(link.requests.map(({ headers }) => headers?.['Idempotency-Key'])).size, 1);
  assert.equal(link.requests.length, 3);
});

test('R-13: its own event settles a write before or without its acknowledgement', async () => {
  const { tailrace, link, clock } = world();
  const board = tailrace.channel<Events>(BOARD);
  board.subscribe({});
  link.fault = () => 'answer lost';
  const write = board.write('card.moved', { column: 'doing' });
  assert.equal(kind(await write.settled), 'committed');
  await clock.pass(60_000);
  assert.equal(link.requests.length, 1);
});

test('R-51: waits grow with full jitter from one second to thirty, and a network that is back ends them', async () => {
  const { tailrace, link, clock } = world();
  clock.random = () => 0.999;
  link.fault = down;
  const start = clock.now();
  tailrace.channel<Events>(BOARD).write('card.moved', { column: 'doing' });
  const tries: number[] = [];
  for (let second = 0; second < 100; second++) {
    const before = link.requests.length;
    await clock.pass(1000);
    if (link.requests.length > before) {
      tries.push((clock.now() - start) / 1000);
    }
  }
  assert.deepEqual(tries, [1, 3, 7, 15, 31, 61, 91]);
  link.fault = () => null;
  link.say('live');
  await settle();
  assert.deepEqual(tailrace.pending.value, []);
});

test('what the server asks to wait for is waited for, by that channel alone', async () => {
  const { tailrace, link, clock, server } = world();
  server.rule = ({ channel }) => (channel === 'chat:1' ? problem(429, 'rate-limited', { retry_after: 20 }) : null);
  const slow = tailrace.channel<Events>('chat:1').write('card.moved', { column: 'a' });
  await settle();
  const quick = tailrace.channel<Events>(BOARD).write('card.moved', { column: 'b' });
  assert.equal(kind(await quick.settled), 'committed');
  server.rule = () => null;
  link.say('live');
  await clock.pass(19_000);
  assert.equal(slow.state.value.name, 'retrying');
  await clock.pass(2_000);
  assert.equal(kind(await slow.settled), 'committed');
});

test('an outcome that is not known is asked for with the same key, and order is kept meanwhile', async () => {
  const { tailrace, link, clock, server } = world();
  const board = tailrace.channel<Events>(BOARD);
  let answers = 0;
  link.fault = () => (answers++ === 0 ? new Refused(503, { type: '/problems/outcome-unknown', title: '', status: 503 }, 2000) : null);
  const writes = ['a', 'b'].map((column) => board.write('card.moved', { column }));
  await settle();
  assert.equal(server.log(BOARD).length, 0);
  await clock.pass(5_000);
  assert.deepEqual((await Promise.all(writes.map(({ settled }) => settled))).map(kind), ['committed', 'committed']);
  assert.deepEqual(server.log(BOARD).map(({ ref }) => ref), writes.map(({ ref }) => ref));
});

test('R-14: the loser of a conflict is told what is there, and what was built upon it falls with it', async () => {
  const { tailrace, link, server } = world();
  const board = tailrace.channel<Events>(BOARD);
  const theirs = server.write(BOARD, 'card.moved', { column: 'done' }, 'card:7');
  const first = board.write('card.moved', { column: 'doing' }, { key: 'card:7', ifMatch: '0' });
  const second = board.write('card.moved', { column: 'next' }, { key: 'card:7', ifMatch: first });
  const other = board.write('card.moved', { column: 'next' }, { key: 'card:8', ifMatch: '0' });
  assert.deepEqual(await first.settled, { kind: 'conflict', current: theirs });
  assert.deepEqual(await second.settled, { kind: 'conflict', current: theirs });
  assert.equal(kind(await other.settled), 'committed');
  assert.deepEqual(tailrace.failures.value, [first, second]);
  tailrace.dismiss(first);
  assert.deepEqual(tailrace.failures.value, [second]);
  assert.equal(link.requests.length, 1);
});

test('what was built upon a write that is refused is refused with it', async () => {
  const { tailrace, server } = world();
  server.rule = ({ type }) => (type === 'bad' ? problem(422, 'schema-violated') : null);
  const board = tailrace.channel(BOARD);
  const first = board.write('bad', {}, { key: 'card:7', ifMatch: '0' });
  const second = board.write('good', {}, { key: 'card:7', ifMatch: first });
  assert.equal(kind(await second.settled), 'refused');
  assert.deepEqual(await second.settled, await first.settled);
  assert.deepEqual(server.log(BOARD), []);
});

test('however many writes are asked to come again, their channel waits once', async () => {
  const { tailrace, server, clock } = world();
  clock.random = () => 0.999;
  server.rule = () => problem(503, 'overloaded');
  const board = tailrace.channel(BOARD);
  const writes = ['a', 'b', 'c', 'd'].map((type) => board.write(type, {}));
  await settle();
  server.rule = () => null;
  await clock.pass(1_000);
  assert.deepEqual(writes.map(({ state }) => state.value.name), Array(4).fill('settled'));
});

test('R-15: a write may be based on an earlier one of the same batch', async () => {
  const { tailrace, link, server, clock } = world();
  const board = tailrace.channel<Events>(BOARD);
  link.fault = down;
  const add = board.write('card.moved', { column: 'now' }, { key: 'card:7', ifMatch: '0' });
  await settle();
  const move = board.write('card.moved', { column: 'next' }, { key: 'card:7', ifMatch: add });
  link.fault = () => null;
  await clock.pass(60_000);
  assert.deepEqual([kind(await add.settled), kind(await move.settled)], ['committed', 'committed']);
  const body = link.requests.at(-1)?.body as { writes?: { if_match?: string }[] };
  assert.deepEqual(body.writes?.map(({ if_match }) => if_match) ?? [], ['0', add.idempotencyKey]);
  assert.equal(server.log(BOARD).length, 2);
});

test('what cannot be written is refused, and holds up nothing', async () => {
  const { tailrace, server } = world();
  server.rule = ({ type }) => (type === 'bad' ? problem(422, 'schema-violated') : type === 'worse' ? problem(403, 'forbidden') : null);
  const board = tailrace.channel(BOARD);
  const outcomes = await Promise.all(['bad', 'good', 'worse', 'good'].map((type) => board.write(type, {}).settled));
  assert.deepEqual(outcomes.map(kind), ['refused', 'committed', 'refused', 'committed']);
  assert.equal(outcomes[0]?.kind === 'refused' && outcomes[0].problem.type, '/problems/schema-violated');
});

test('a batch that is refused as a whole is sent one by one', async () => {
  const { tailrace, link, server, clock } = world();
  link.fault = down;
  const board = tailrace.channel(BOARD);
  const writes = ['a', 'b', 'c'].map((type) => board.write(type, {}));
  await settle();
  link.fault = ({ path }) => (path === '/v1/writes' ? new Refused(413, { type: 'about:blank', title: 'proxy', status: 413 }) : null);
  await clock.pass(60_000);
  assert.deepEqual((await Promise.all(writes.map(({ settled }) => settled))).map(kind), ['committed', 'committed', 'committed']);
  assert.deepEqual(server.log(BOARD).map(({ type }) => type), ['a', 'b', 'c']);
});

test('a write whose condition needs a batch is refused alone, if the batch is', async () => {
  const { tailrace, link } = world();
  link.fault = ({ path }) => (path === '/v1/writes' ? new Refused(403, { type: '/problems/forbidden', title: '', status: 403 }) : null);
  const board = tailrace.channel(BOARD);
  const first = board.write('a', {}, { key: 'card:7' });
  await first.settled;
  const second = board.write('b', {}, { key: 'card:7', ifMatch: first });
  assert.equal(kind(await second.settled), 'refused');
});

test('batches are bounded, and halved when they do not get through', async () => {
  const { tailrace, link, clock, server } = world();
  link.fault = ({ body }) => (((body as { writes?: unknown[] }).writes?.length ?? 1) > 30 ? 'request lost' : null);
  const board = tailrace.channel(BOARD);
  for (let i = 0; i < 250; i++) {
    board.write('note', i);
  }
  await clock.pass(120_000);
  assert.deepEqual(server.log(BOARD).map(({ data }) => data), Array.from({ length: 250 }, (_, i) => i));
  const sizes = link.requests.map(({ body }) => (body as { writes?: unknown[] }).writes?.length ?? 1);
  assert.ok(Math.max(...sizes) <= MAX_BATCH, String(sizes));
});

test('a full queue refuses at once, and says so', async () => {
  const { tailrace, link } = world();
  link.fault = down;
  const board = tailrace.channel(BOARD);
  for (let i = 0; i < MAX_QUEUED; i++) {
    board.write('note', i);
  }
  const refused = board.write('note', 'one more');
  assert.equal(await refused.stored, false);
  const outcome = await refused.settled;
  assert.equal(outcome.kind === 'refused' && outcome.problem.type, 'tailrace:queue-full');
  assert.equal(tailrace.pending.value.length, MAX_QUEUED);
});

test('a queue is full by its characters as well', async () => {
  const { tailrace, link } = world();
  link.fault = down;
  const board = tailrace.channel(BOARD);
  board.write('note', 'x'.repeat(MAX_QUEUED_CHARACTERS - 10_000));
  const outcome = await board.write('note', 'x'.repeat(10_000)).settled;
  assert.equal(outcome.kind, 'refused');
  assert.equal(board.write('note', 'x').state.value.name, 'queued');
});

test('R-13: what waits survives a reload, and is sent in order, once', async () => {
  const before = world();
  before.link.fault = down;
  const board = before.tailrace.channel<Events>(BOARD);
  const writes = ['a', 'b', 'c'].map((column, i) => board.write('card.moved', { column }, i === 0 ? { key: 'card:7', ifMatch: '0' } : {}));
  const moved = board.write('card.moved', { column: 'z' }, { key: 'card:7', ifMatch: writes[0]! });
  assert.deepEqual(await Promise.all([...writes, moved].map(({ stored }) => stored)), [true, true, true, true]);
  before.tailrace.close();
  await before.clock.pass(5);
  const { tailrace, server, storage } = world({ before });
  const late = tailrace.channel<Events>(BOARD).write('card.moved', { column: 'd' });
  await late.settled;
  assert.deepEqual(server.log(BOARD).map(({ data }) => (data as { column: string }).column), ['a', 'b', 'c', 'z', 'd']);
  assert.deepEqual(await storage.writes(), []);
});

test('R-24: after a day offline all is sent; what is older than its key is told, and not applied', async () => {
  const before = world();
  before.link.fault = down;
  const board = before.tailrace.channel<Events>(BOARD);
  board.write('card.moved', { column: 'old' });
  await before.clock.pass(6 * 24 * HOUR_MS);
  board.write('card.moved', { column: 'young' });
  await before.clock.pass(24 * HOUR_MS + 1000);
  before.tailrace.close();
  const { tailrace, server } = world({ before });
  await settle();
  assert.deepEqual(server.log(BOARD).map(({ data }) => (data as { column: string }).column), ['young']);
  const [told] = tailrace.failures.value;
  assert.deepEqual(told?.data, { column: 'old' });
  assert.equal(kind(await told!.settled), 'expired');
});

test('a user who signs in later sends nothing of the one before, and sees nothing of them', async () => {
  const before = world();
  before.link.fault = down;
  before.tailrace.channel(BOARD).write('note', 'mine');
  await settle();
  before.tailrace.close();
  const { tailrace, server, storage } = world({ before, token: tokenOf('ben') });
  const write = tailrace.channel(BOARD).write('note', 'yours');
  await write.settled;
  assert.deepEqual(server.log(BOARD).map(({ data }) => data), ['yours']);
  assert.deepEqual(await storage.writes(), []);
});

test('what a user wrote before it was known who they are outlives the clearing of what another left', async () => {
  const before = world();
  before.link.fault = down;
  before.tailrace.channel(BOARD).write('note', 'mine');
  await settle();
  before.tailrace.close();
  const { tailrace, link, storage } = world({ before, token: async () => tokenOf('ben') });
  link.fault = down;
  tailrace.channel(BOARD).write('note', 'yours');
  await settle();
  assert.deepEqual((await storage.writes()).map(({ data }) => data), ['yours']);
});

test('a token that names another user ends the client', async () => {
  let user = 'ada';
  const { tailrace, link, storage } = world({ token: async () => tokenOf(user) });
  link.fault = down;
  const write = tailrace.channel(BOARD).write('note', 'mine');
  await settle();
  user = 'ben';
  await assert.rejects(link.token(), /another user/);
  assert.equal(kind(await write.settled), 'refused');
  assert.ok(link.closed);
  assert.deepEqual(await storage.writes(), []);
});

test('without a token at first, what another left is kept from the one who comes', async () => {
  const before = world();
  before.server.write(BOARD, 'note', 'there', 'n1');
  const stop = before.tailrace.channel(BOARD).keyed().subscribe(() => {});
  await before.clock.pass(2_000);
  stop();
  before.link.fault = down;
  before.tailrace.channel(BOARD).write('note', 'mine', { key: 'n2' });
  await settle();
  before.tailrace.close();
  let token: string | null = null;
  const { tailrace, server, clock } = world({
    before,
    token: async () => token ?? Promise.reject(new Unreachable()),
  });
  const board = tailrace.channel(BOARD);
  const notes = board.keyed();
  notes.subscribe(() => {});
  await settle();
  assert.deepEqual([...notes.value.items.keys()], ['n1', 'n2'], 'what the last user left may be shown');
  assert.equal(tailrace.pending.value.length, 1);
  token = tokenOf('ben');
  await clock.pass(60_000);
  assert.equal(tailrace.pending.value.length, 0);
  assert.deepEqual([...notes.value.items.keys()], ['n1'], 'and is gone; what ben may see is loaded anew');
  assert.equal(kind(await board.write('note', 'yours', { key: 'n3' }).settled), 'committed');
  assert.deepEqual(server.log(BOARD).map(({ data }) => data), ['there', 'yours']);
});

test('signing out ends everything, and leaves nothing behind', async () => {
  const { tailrace, link, storage } = world();
  link.fault = down;
  const write = tailrace.channel(BOARD).write('note', 'mine');
  await write.stored;
  await tailrace.signOut();
  const outcome = await write.settled;
  assert.equal(outcome.kind === 'refused' && outcome.problem.type, 'tailrace:signed-out');
  assert.deepEqual(await storage.writes(), []);
  assert.ok(link.closed);
});

test('a storage that fails costs the safety of a reload, nothing else', async () => {
  const broken = { ...memory(), put: () => Promise.reject(new Error('full')), remove: () => Promise.reject(new Error('full')) };
  const { tailrace } = world({ storage: broken });
  const write = tailrace.channel(BOARD).write('note', 'x');
  assert.equal(await write.stored, false);
  assert.equal(kind(await write.settled), 'committed');
});

test('keys are greater than those before, also when the clock is set back or does not move', () => {
  let now = Date.parse('2026-11-23T08:00:00.123Z');
  const uuids = new Uuids(() => now);
  const keys = Array.from({ length: 10_000 }, (_, i) => {
    now -= i === 5_000 ? 60_000 : 0;
    return uuids.next();
  });
  assert.deepEqual(keys, [...new Set(keys)].sort());
  keys.forEach((key) => assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));
  const later = new Uuids(() => now);
  later.follow(keys.at(-1)!);
  assert.ok(later.next() > keys.at(-1)!);
});

test('data is taken as it is when it is written', async () => {
  const { tailrace, server } = world();
  const data = { column: 'a' };
  const write = tailrace.channel(BOARD).write('note', data);
  data.column = 'b';
  await write.settled;
  assert.deepEqual(server.log(BOARD)[0]?.data, { column: 'a' });
});
