import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refused } from '../../link.ts';
import type { Replica } from '../../replica.ts';
import { world } from './made.ts';
import type { Card, Events } from './made.ts';
import { problem, settle } from './miniature.ts';

const BOARD = 'board:roadmap';
const shown = <T>(replica: Replica<T>) =>
  [...replica.value.items.values()].map(({ key, value, pending }) => [key, (value as Card).column ?? value, ...(pending ? ['pending'] : [])]);

/** A client whose board somebody looks at, live. */
function looking(...args: Parameters<typeof world>) {
  const made = world(...args);
  const board = made.tailrace.channel<Events>(BOARD);
  const cards = board.keyed<Card>();
  let told = 0;
  const stop = cards.subscribe(() => told++);
  made.link.say('live');
  return { ...made, board, cards, stop, told: () => told };
}

test('a board begins with a snapshot and goes on with what comes', async () => {
  const { server, cards, told } = looking();
  server.write(BOARD, 'card.moved', { column: 'now' }, 'card:1');
  await settle();
  assert.deepEqual(shown(cards), [['card:1', 'now']]);
  assert.equal(cards.value.stale, false);
  server.write(BOARD, 'card.moved', { column: 'next' }, 'card:1');
  server.write(BOARD, 'card.moved', { column: 'now' }, 'card:2');
  const before = told();
  await settle();
  assert.deepEqual(shown(cards), [['card:1', 'next'], ['card:2', 'now']]);
  assert.equal(told(), before + 1, 'what comes in one go is told once');
  assert.equal(cards.value.seq, 3);
});

test('R-13: a write shows at once as pending, and settles by acknowledgement before its event', async () => {
  const { link, board, cards } = looking();
  await settle();
  link.prompt = false;
  const write = board.write('card.moved', { column: 'doing' }, { key: 'card:7' });
  assert.deepEqual(shown(cards), [['card:7', 'doing', 'pending']]);
  await write.settled;
  assert.deepEqual(shown(cards), [['card:7', 'doing']]);
  assert.equal(cards.value.seq, 0);
  assert.equal(cards.value.items.get('card:7')?.seq, 1);
  const item = cards.value.items.get('card:7');
  link.deliver();
  await settle();
  assert.deepEqual({ ...cards.value.items.get('card:7') }, { ...item });
  assert.equal(cards.value.seq, 1);
});

test('R-13: or by its event, when the acknowledgement is lost', async () => {
  const { link, board, cards, clock } = looking();
  await settle();
  link.fault = ({ method }) => (method === 'POST' ? 'answer lost' : null);
  board.write('card.moved', { column: 'doing' }, { key: 'card:7' });
  await settle();
  assert.deepEqual(shown(cards), [['card:7', 'doing']]);
  await clock.pass(60_000);
  assert.equal(link.requests.filter(({ method }) => method === 'POST').length, 1);
});

test('R-23: an event that comes again changes nothing', async () => {
  const { server, link, cards } = looking();
  const first = server.write(BOARD, 'card.moved', { column: 'now' }, 'card:1');
  server.write(BOARD, 'card.moved', { column: 'next' }, 'card:1');
  await settle();
  const state = cards.value;
  link.follows.forEach(({ listener }) => listener.event?.(first, '1'));
  await settle();
  assert.equal(cards.value, state);
});

test('an acknowledgement that comes late does not bring back what was overwritten since', async () => {
  const { server, link, board, cards, clock } = looking();
  await settle();
  link.prompt = false;
  link.fault = ({ method }) => (method === 'POST' ? 'answer lost' : null);
  const write = board.write('card.moved', { column: 'mine' }, { key: 'card:7' });
  await settle();
  server.write(BOARD, 'card.moved', { column: 'theirs' }, 'card:7');
  server.floor = 2;
  link.deliver();
  await settle();
  link.fault = () => null;
  await clock.pass(30_000);
  assert.equal((await write.settled).kind, 'committed');
  assert.deepEqual(shown(cards), [['card:7', 'theirs']]);
});

test('R-14: two users move one card: the loser goes back to what is agreed, and is told', async () => {
  const { server, link, board, cards } = looking();
  server.write(BOARD, 'card.moved', { column: 'now' }, 'card:7');
  await settle();
  link.prompt = false;
  server.write(BOARD, 'card.moved', { column: 'done' }, 'card:7');
  const write = board.write('card.moved', { column: 'doing' }, { key: 'card:7', ifMatch: cards.basis('card:7') });
  assert.deepEqual(shown(cards), [['card:7', 'doing', 'pending']]);
  const outcome = await write.settled;
  assert.equal(outcome.kind, 'conflict');
  assert.deepEqual(shown(cards), [['card:7', 'done']], 'what the answer told is shown before the tail has it');
  assert.deepEqual(cards.value.items.get('card:7')?.conflict, { write, outcome });
  link.deliver();
  await settle();
  assert.deepEqual(shown(cards), [['card:7', 'done']]);
  cards.dismiss('card:7');
  assert.equal(cards.value.items.get('card:7')?.conflict, undefined);
});

test('a write that is refused is rolled back, and the next one to the card ends the notice', async () => {
  const { server, board, cards } = looking();
  await settle();
  server.rule = ({ data }) => ((data as Card).column === '' ? problem(422, 'schema-violated') : null);
  await board.write('card.moved', { column: '' }, { key: 'card:7' }).settled;
  assert.deepEqual(shown(cards), []);
  assert.equal(cards.value.conflicts.get('card:7')?.outcome.kind, 'refused');
  await board.write('card.moved', { column: 'now' }, { key: 'card:7' }).settled;
  assert.equal(cards.value.conflicts.size, 0);
});

test('a decision is based on the last write to the card, else on its revision', async () => {
  const { server, link, board, cards } = looking();
  assert.equal(cards.basis('card:7'), '0');
  server.write(BOARD, 'card.moved', { column: 'now' }, 'card:7');
  await settle();
  assert.equal(cards.basis('card:7'), 1);
  link.held = [];
  const write = board.write('card.moved', { column: 'doing' }, { key: 'card:7', ifMatch: cards.basis('card:7') });
  assert.equal(cards.basis('card:7'), write);
});

test('an item may be read in another way, and may be removed', async () => {
  const { server, board, tailrace } = looking();
  const titles = tailrace.channel<Events>(BOARD).keyed({ read: ({ type, data }) => (type === 'card.removed' ? null : data.column.toUpperCase()) });
  titles.subscribe(() => {});
  server.write(BOARD, 'card.moved', { column: 'now' }, 'card:1');
  await settle();
  assert.equal(titles.value.items.get('card:1')?.value, 'NOW');
  await board.write('card.removed', null, { key: 'card:1' }).settled;
  assert.equal(titles.value.items.size, 0);
  assert.equal(titles.basis('card:1'), 2);
});

test('R-24: a page opens offline with what it knew, marked as such, and goes on exactly from there', async () => {
  const before = looking();
  before.server.write(BOARD, 'card.moved', { column: 'now' }, 'card:1');
  await before.clock.pass(2_000);
  before.link.fault = () => 'request lost';
  before.board.write('card.moved', { column: 'mine' }, { key: 'card:2' });
  await settle();
  before.tailrace.close();
  before.server.write(BOARD, 'card.moved', { column: 'theirs' }, 'card:3');

  const after = world({ before });
  after.link.fault = () => 'request lost';
  after.link.prompt = false;
  const cards = after.tailrace.channel<Events>(BOARD).keyed<Card>();
  cards.subscribe(() => {});
  await settle();
  assert.deepEqual(shown(cards), [['card:1', 'now'], ['card:2', 'mine', 'pending']]);
  assert.equal(cards.value.stale, true);

  after.link.fault = () => null;
  after.link.say('live');
  await after.clock.pass(60_000);
  after.link.deliver();
  await settle();
  assert.deepEqual(shown(cards), [['card:1', 'now'], ['card:3', 'theirs'], ['card:2', 'mine']]);
  assert.equal(cards.value.stale, false);
  assert.deepEqual(after.link.requests.filter(({ path }) => path.endsWith('snapshot')), [], 'what is missing comes by the tail alone');
});

test('it is stale while the connection is down', async () => {
  const { link, cards } = looking();
  await settle();
  link.say('offline');
  assert.equal(cards.value.stale, true);
  link.say('connecting');
  assert.equal(cards.value.stale, true);
  link.say('live');
  assert.equal(cards.value.stale, false);
});

test('R-24: where the log cannot go on, a snapshot takes its place', async () => {
  const { server, link, cards } = looking();
  await settle();
  link.prompt = false;
  for (const column of ['a', 'b', 'c']) {
    server.write(BOARD, 'card.moved', { column }, `card:${column}`);
  }
  server.floor = 2;
  link.deliver();
  await settle();
  assert.deepEqual(shown(cards).map(([key]) => key), ['card:a', 'card:b', 'card:c']);
  assert.equal(cards.value.seq, 3);
  link.prompt = true;
  server.write(BOARD, 'card.moved', { column: 'd' }, 'card:d');
  await settle();
  assert.equal(cards.value.items.size, 4);
});

test('a write whose acknowledgement was lost is found in the snapshot', async () => {
  const { server, link, board, cards } = looking();
  await settle();
  link.prompt = false;
  link.fault = ({ method }) => (method === 'POST' ? 'answer lost' : null);
  const write = board.write('card.moved', { column: 'doing' }, { key: 'card:7' });
  await settle();
  server.floor = 1;
  link.deliver();
  assert.equal((await write.settled).kind, 'committed');
  assert.deepEqual(shown(cards), [['card:7', 'doing']]);
});

test('the first snapshot is tried until it is had', async () => {
  const { tailrace, link, server, clock } = world();
  server.write(BOARD, 'card.moved', { column: 'now' }, 'card:1');
  link.fault = () => 'request lost';
  const cards = tailrace.channel<Events>(BOARD).keyed<Card>();
  cards.subscribe(() => {});
  await clock.pass(5_000);
  assert.equal(cards.value.items.size, 0);
  link.fault = () => null;
  link.say('live');
  await settle();
  assert.equal(cards.value.items.size, 1, 'and without waiting when the network is back');
});

test('R-72: who may not read any more sees nothing, now or after a reload', async () => {
  const { server, link, cards, clock, storage } = looking();
  server.write(BOARD, 'card.moved', { column: 'now' }, 'card:1');
  await clock.pass(2_000);
  assert.ok(await storage.load(BOARD));
  link.follows.forEach(({ listener }) => listener.revoked?.(2));
  assert.equal(cards.value.items.size, 0);
  assert.equal(cards.value.denied?.type, '/problems/forbidden');
  await clock.pass(2_000);
  assert.equal(await storage.load(BOARD), undefined);
});

test('R-72: a channel that may not be read at all says so', async () => {
  const { tailrace, link, clock } = world();
  link.fault = () => new Refused(403, { type: '/problems/forbidden', title: 'no', status: 403 });
  const cards = tailrace.channel<Events>(BOARD).keyed<Card>();
  const stop = cards.subscribe(() => {});
  await settle();
  assert.equal(cards.value.denied?.type, '/problems/forbidden');
  assert.equal(link.follows.size, 0);
  stop();
  await clock.pass(2_000);
  link.fault = () => null;
  cards.subscribe(() => {});
  await settle();
  assert.equal(cards.value.denied, null, 'who looks again asks again');
  assert.equal(link.follows.size, 1);
});

test('the channel is followed while somebody looks, and goes on where it was', async () => {
  const { server, link, cards, stop, clock } = looking();
  await settle();
  stop();
  cards.subscribe(() => {})();
  assert.equal(link.follows.size, 1);
  await clock.pass(2_000);
  assert.equal(link.follows.size, 0);
  server.write(BOARD, 'card.moved', { column: 'now' }, 'card:1');
  cards.subscribe(() => {});
  await settle();
  assert.equal(cards.value.items.size, 1);
  assert.equal(link.requests.length, 1);
});

test('what was written shows also while nobody looks', async () => {
  const { tailrace, link } = world();
  link.held = [];
  const board = tailrace.channel<Events>(BOARD);
  const cards = board.keyed<Card>();
  assert.deepEqual(shown(cards), []);
  board.write('card.moved', { column: 'doing' }, { key: 'card:7' });
  assert.deepEqual(shown(cards), [['card:7', 'doing', 'pending']]);
  assert.equal(cards.value, cards.value);
});

test('a chat shows its latest messages, those on their way last', async () => {
  const { tailrace, link, server } = world();
  const chat = tailrace.channel<{ said: string }>('chat:1');
  const messages = chat.recent({ limit: 3 });
  messages.subscribe(() => {});
  link.say('live');
  ['a', 'b', 'c', 'd'].forEach((text) => server.write('chat:1', 'said', text));
  await settle();
  link.held = [];
  chat.write('said', 'mine');
  assert.deepEqual(shown(messages).map(([, text]) => text), ['b', 'c', 'd', 'mine']);
  assert.equal([...messages.value.items.values()].at(-1)?.pending, true);
  await settle();
  link.held.forEach((go) => go());
  await settle();
  assert.deepEqual(shown(messages).map(([, text]) => text), ['c', 'd', 'mine']);
  assert.equal([...messages.value.items.values()].at(-1)?.pending, false);
});

test('items that did not change are the same objects', async () => {
  const { server, cards } = looking();
  server.write(BOARD, 'card.moved', { column: 'now' }, 'card:1');
  await settle();
  const state = cards.value;
  assert.equal(cards.value, state);
  server.write(BOARD, 'card.moved', { column: 'now' }, 'card:2');
  await settle();
  assert.equal(cards.value.items.get('card:1'), state.items.get('card:1'));
});
