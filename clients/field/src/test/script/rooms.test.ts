// What the client promises of writes, state and presence, against a live node. ORIGIN, TOKENS (by user) and CHANNELS (names
// that nobody else uses, by namespace) come from the environment.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { cursors } from '../../../../typescript/src/cursors.ts';
import { connect, memory } from '../../../../typescript/src/index.ts';
import type { ConnectOptions, Observable, Outcome, Tailrace } from '../../../../typescript/src/index.ts';

interface Card {
  readonly column: string;
}

interface Events {
  readonly 'card.moved': Card;
}

const { ORIGIN = '', TOKENS = '{}', CHANNELS = '{}' } = process.env;
const tokens = JSON.parse(TOKENS) as Record<string, string>;
const channels = JSON.parse(CHANNELS) as Record<string, string[]>;
const DEADLINE_MS = 20_000;
const DAY_MS = 86_400_000;
const open: Tailrace[] = [];
const kind = ({ kind }: Outcome) => kind;

after(() => open.forEach((client) => client.close()));

function client(user: string, options: Partial<ConnectOptions> = {}): Tailrace {
  const made = connect({ url: ORIGIN, token: tokens[user]!, client: 'rooms/1', storage: memory(), device: `${user}-${open.length}`, ...options });
  open.push(made);
  return made;
}

/** A channel of its own for a test. */
function channel(namespace: string): string {
  return channels[namespace]!.pop()!;
}

/** Waits until an observable is as a test wants it. */
async function until<T>(observable: Observable<T>, holds: (value: T) => boolean, what: string): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  const stop = observable.subscribe(() => {});
  while (!holds(observable.value)) {
    assert.ok(Date.now() < deadline, `${what}: ${JSON.stringify(observable.value, (_, value) => (value instanceof Map ? [...value] : value))}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  stop();
  return observable.value;
}

/** A fetch that carries requests out and loses the answers to some writes. */
function losing(lost: () => boolean): typeof fetch {
  return async (input, init) => {
    const answer = await fetch(input, init);
    if (init?.method === 'POST' && !String(input).endsWith('/tickets') && lost()) {
      await answer.body?.cancel();
      throw new TypeError('the answer is lost');
    }
    return answer;
  };
}

test('R-10, R-13: answers that are lost leave each write in the log once, in order', async () => {
  const name = channel('board');
  let turn = 0;
  const ada = client('ada', { fetch: losing(() => turn++ % 2 === 0) });
  const board = ada.channel<Events>(name);
  const writes = [];
  for (let i = 0; i < 40; i++) {
    writes.push(board.write('card.moved', { column: String(i) }, { key: `card:${i % 5}` }));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const outcomes = await Promise.all(writes.map(({ settled }) => settled));
  assert.deepEqual([...new Set(outcomes.map(kind))], ['committed']);
  const { events } = await board.history({ limit: 1000 });
  assert.deepEqual(events.map(({ ref }) => ref), writes.map(({ ref }) => ref));
  outcomes.forEach((outcome, i) => assert.ok(outcome.kind === 'committed' && outcome.receipt.seq === i + 1));
});

test('R-13: its own event settles a write whose answer never comes', async () => {
  const name = channel('board');
  const ada = client('ada', { fetch: losing(() => true) });
  const cards = ada.channel<Events>(name).keyed<Card>();
  await until(cards, ({ stale }) => !stale, 'live');
  cards.subscribe(() => {});
  const write = ada.channel<Events>(name).write('card.moved', { column: 'doing' }, { key: 'card:7', ifMatch: '0' });
  assert.equal(cards.value.items.get('card:7')?.pending, true);
  assert.equal(kind(await write.settled), 'committed');
  assert.deepEqual(cards.value.items.get('card:7')?.value, { column: 'doing' });
});

test('R-14: two users move one card at once: both end in one state, and the loser knows', async () => {
  const name = channel('board');
  const [ada, ben] = [client('ada'), client('ben')];
  const [hers, his] = [ada.channel<Events>(name), ben.channel<Events>(name)];
  const [left, right] = [hers.keyed<Card>(), his.keyed<Card>()];
  left.subscribe(() => {});
  right.subscribe(() => {});
  await hers.write('card.moved', { column: 'now' }, { key: 'card:7', ifMatch: '0' }).settled;
  await until(right, ({ items }) => items.size === 1, 'ben sees it');
  await until(left, ({ seq }) => seq === 1, 'ada sees it');
  const moves = [
    hers.write('card.moved', { column: 'ada' }, { key: 'card:7', ifMatch: left.basis('card:7') }),
    his.write('card.moved', { column: 'ben' }, { key: 'card:7', ifMatch: right.basis('card:7') }),
  ];
  const outcomes = await Promise.all(moves.map(({ settled }) => settled));
  assert.deepEqual(outcomes.map(kind).sort(), ['committed', 'conflict']);
  const [won] = outcomes.filter((outcome) => outcome.kind === 'committed');
  for (const cards of [left, right]) {
    const { items } = await until(cards, ({ seq, items }) => seq === 2 && !items.get('card:7')?.pending, 'agreed');
    assert.deepEqual(items.get('card:7')?.value, won?.kind === 'committed' && won.receipt.data);
  }
  const loser = outcomes[0]?.kind === 'conflict' ? left : right;
  assert.equal(loser.value.items.get('card:7')?.conflict?.outcome.kind, 'conflict');
});

test('R-15: a queue goes as a batch, its writes based on each other', async () => {
  const name = channel('board');
  let away = true;
  const paths: string[] = [];
  const ada = client('ada', {
    fetch: async (input, init) => {
      if (away) {
        throw new TypeError('offline');
      }
      paths.push(new URL(String(input)).pathname);
      return fetch(input, init);
    },
  });
  const board = ada.channel<Events>(name);
  const cards = board.keyed<Card>();
  const writes = [];
  for (let i = 0; i < 20; i++) {
    writes.push(board.write('card.moved', { column: String(i) }, { key: 'card:7', ifMatch: cards.basis('card:7') }));
  }
  away = false;
  const outcomes = await Promise.all(writes.map(({ settled }) => settled));
  assert.deepEqual([...new Set(outcomes.map(kind))], ['committed']);
  assert.deepEqual((await board.snapshot()).items.map(({ data }) => data), [{ column: '19' }]);
  assert.ok(paths.filter((path) => path === '/v1/writes').length <= 12, String(paths));
});

test('what was built upon a loser falls with it, at the server as well', async () => {
  const name = channel('board');
  const ben = client('ben');
  await ben.channel<Events>(name).write('card.moved', { column: 'ben' }, { key: 'card:7' }).settled;
  const board = client('ada').channel<Events>(name);
  const first = board.write('card.moved', { column: 'a' }, { key: 'card:7', ifMatch: '0' });
  const second = board.write('card.moved', { column: 'b' }, { key: 'card:7', ifMatch: first });
  assert.deepEqual([kind(await first.settled), kind(await second.settled)], ['conflict', 'conflict']);
  assert.equal((await board.history()).head, 1);
});

test('R-74: what does not fit the schema is refused and rolled back; what follows goes on', async () => {
  const name = channel('strict');
  const namespace = name.slice(0, name.indexOf(':'));
  const spec = { state: 'keyed', schemas: { 'card.moved': { type: 'object', required: ['column'] } } };
  const put = await fetch(`${ORIGIN}/v1/namespaces/${namespace}`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${tokens.ada}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(spec),
  });
  assert.ok(put.ok, await put.text());
  const board = client('ada').channel(name);
  const cards = board.keyed<Card>();
  cards.subscribe(() => {});
  const bad = board.write('card.moved', {}, { key: 'card:1' });
  const good = board.write('card.moved', { column: 'now' }, { key: 'card:2' });
  const refused = await bad.settled;
  assert.equal(refused.kind === 'refused' && refused.problem.type, '/problems/schema-violated');
  assert.equal(kind(await good.settled), 'committed');
  assert.deepEqual([...cards.value.items.keys()], ['card:2']);
  assert.equal(cards.value.conflicts.get('card:1')?.outcome.kind, 'refused');
});

test('R-24: after days offline, writes older than their keys are told, and not applied; younger ones are', async () => {
  const name = channel('board');
  const storage = memory();
  const at = (offset: number) => ({ now: () => Date.now() + offset, after: () => () => {}, random: () => 0 });
  for (const [column, days] of [['old', -7.1], ['young', -6.9]] as const) {
    const offline = client('ada', { storage, clock: at(days * DAY_MS), fetch: () => Promise.reject(new TypeError('offline')) });
    assert.ok(await offline.channel<Events>(name).write('card.moved', { column }, { key: `card:${column}` }).stored);
    offline.close();
  }
  const ada = client('ada', { storage });
  const cards = ada.channel<Events>(name).keyed<Card>();
  const [failed] = await until(ada.failures, (failures) => failures.length === 1, 'told');
  assert.deepEqual(failed?.data, { column: 'old' });
  assert.equal(kind(await failed!.settled), 'expired');
  await until(cards, ({ items }) => items.has('card:young'), 'applied');
  assert.equal(cards.value.items.has('card:old'), false);
  assert.deepEqual(ada.pending.value, []);
  assert.deepEqual((await storage.writes()).map(({ failure }) => failure?.kind), ['expired'], 'kept until the person has seen it');
  ada.dismiss(failed!);
  assert.deepEqual(await storage.writes(), []);
});

test('R-24: a client that comes back goes on from what it kept', async () => {
  const name = channel('board');
  const storage = memory();
  const before = client('ada', { storage });
  const board = before.channel<Events>(name);
  const cards = board.keyed<Card>();
  const stop = cards.subscribe(() => {});
  for (let i = 0; i < 3; i++) {
    await board.write('card.moved', { column: 'now' }, { key: `card:${i}` }).settled;
  }
  await until(cards, ({ seq }) => seq === 3, 'all of it');
  stop();
  before.close();
  await client('ben').channel<Events>(name).write('card.moved', { column: 'ben' }, { key: 'card:0' }).settled;
  const paths: string[] = [];
  const after = client('ada', {
    storage,
    fetch: (input, init) => {
      paths.push(new URL(String(input)).pathname);
      return fetch(input, init);
    },
  });
  const again = after.channel<Events>(name).keyed<Card>();
  const shown: number[] = [];
  again.subscribe(({ seq }) => shown.push(seq));
  await until(again, ({ seq, stale }) => seq === 4 && !stale, 'up to date');
  assert.equal(shown[0], 3);
  assert.equal(again.value.items.get('card:0')?.by, 'ben');
  assert.ok(!paths.some((path) => path.endsWith('snapshot')), String(paths));
});

test('an ephemeral channel passes events on', async () => {
  const name = channel('pulse');
  const seen: unknown[] = [];
  const ben = client('ben');
  let live = false;
  ben.channel(name).subscribe({ signal: ({ data }) => seen.push(data), live: () => (live = true) });
  await until({ get value() { return live; }, subscribe: () => () => {} }, (is) => is, 'live');
  assert.deepEqual(await client('ada').channel(name).write('tick', 1).settled, { kind: 'passed' });
  await until({ get value() { return seen; }, subscribe: () => () => {} }, ({ length }) => length > 0, 'heard');
  assert.deepEqual(seen, [1]);
});

test('R-30, R-32: who is here, who types, and how far they have read', async () => {
  const name = channel('chat');
  const [ada, ben] = [client('ada'), client('ben')];
  const { presence } = ben.channel(name);
  const heard: string[] = [];
  presence.members.subscribe(() => {});
  ben.channel(name).subscribe({
    signal: ({ kind, by, resource }) => heard.push(`${by} ${kind} ${resource}`),
    receipt: ({ user, seq }) => heard.push(`${user} read ${seq}`),
  });
  const room = ada.channel(name);
  await room.write('said', 'hello').settled;
  room.presence.join({ mode: 'editing', resource: 'topic', meta: { colour: 'green' } });
  const { members } = await until(presence.members, ({ members }) => members.has('ada'), 'ada is here');
  assert.deepEqual([members.get('ada')?.mode, members.get('ada')?.resource, members.get('ada')?.meta], ['editing', 'topic', { colour: 'green' }]);
  room.typing('topic');
  room.read(1);
  const all = { get value() { return heard; }, subscribe: () => () => {} };
  await until(all, (told) => told.includes('ada typing topic') && told.includes('ada read 1'), 'heard');
  await room.presence.leave();
  await until(presence.members, ({ members }) => !members.has('ada'), 'ada has left');
});

test('R-33: cursors go over their socket, and as signals where there is none', async () => {
  const name = channel('doc');
  const [ada, ben, cleo] = [client('ada'), client('ben'), client('cleo', { WebSocket: Dead as unknown as typeof WebSocket })];
  const his = cursors<{ x: number }>(ben.channel(name));
  const hers = cursors<{ x: number }>(ada.channel(name));
  const moving = setInterval(() => hers.move({ x: 7 }), 20);
  const seen = await until(his.others, (others) => others.size === 1, 'ben sees ada');
  clearInterval(moving);
  assert.deepEqual([...seen.values()].map(({ user, cursor }) => [user, cursor]), [['ada', { x: 7 }]]);
  const cut = cursors<{ x: number }>(cleo.channel(name));
  const signalling = setInterval(() => cut.move({ x: 9 }), 20);
  await until(his.others, (others) => [...others.values()].some(({ user }) => user === 'cleo'), 'ben sees cleo, who has no socket');
  clearInterval(signalling);
  hers.close();
  await until(his.others, (others) => ![...others.values()].some(({ user }) => user === 'ada'), 'ada is gone');
  [his, cut].forEach((each) => each.close());
});

test('R-72: who is removed sees nothing any more, and what they wrote comes back', async () => {
  const name = channel('board');
  const ada = client('ada');
  await ada.channel<Events>(name).write('card.moved', { column: 'now' }, { key: 'card:1' }).settled;
  const storage = memory();
  const dan = client('dan', { storage });
  const cards = dan.channel<Events>(name).keyed<Card>();
  cards.subscribe(() => {});
  await until(cards, ({ items, stale }) => items.size === 1 && !stale, 'dan sees it');
  const removed = await fetch(`${ORIGIN}/v1/channels/${name}/members/dan`, { method: 'DELETE', headers: { Authorization: `Bearer ${tokens.ada}` } });
  assert.ok(removed.ok, await removed.text());
  const { items } = await until(cards, ({ denied }) => denied !== null, 'told');
  assert.equal(items.size, 0);
  const outcome = await dan.channel<Events>(name).write('card.moved', { column: 'x' }, { key: 'card:1' }).settled;
  assert.equal(outcome.kind === 'refused' && outcome.problem.type, '/problems/forbidden');
  assert.equal(await storage.load(name), undefined);
});

/** A WebSocket where none gets through. */
class Dead extends EventTarget {
  onclose: ((event: { code: number }) => void) | null = null;

  constructor() {
    super();
    setTimeout(() => this.onclose?.({ code: 1006 }), 1);
  }

  close(): void {}
}
