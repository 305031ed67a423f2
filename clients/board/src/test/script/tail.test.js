import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Nodes } from '../../main/web/assets/nodes.js';
import { Tail } from '../../main/web/assets/tail.js';

/** A browser's EventSource, as far as the tail sees it; a test plays the network. */
class Source extends EventTarget {
  static OPEN = 1;
  static CLOSED = 2;
  /** @type {Source[]} */
  static made = [];
  readyState = 0;
  /** @type {() => void} */
  onerror = () => {};

  constructor(/** @type {string} */ url) {
    super();
    this.url = new URL(url);
    Source.made.push(this);
  }

  frame(/** @type {string} */ name, /** @type {object} */ data, lastEventId = '') {
    this.readyState = Source.OPEN;
    this.dispatchEvent(Object.assign(new Event(name), { data: JSON.stringify(data), lastEventId }));
  }

  fail(readyState = 0) {
    this.readyState = readyState;
    this.onerror();
  }

  close() {
    this.readyState = Source.CLOSED;
  }
}

/** Lets everything that is due happen, and time pass. */
async function pass(/** @type {number} */ ms) {
  await new Promise((resolve) => setImmediate(resolve));
  mock.timers.tick(ms);
  await new Promise((resolve) => setImmediate(resolve));
}

async function following() {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  Object.assign(globalThis, { EventSource: Source });
  Source.made = [];
  /** @type {string[]} */
  const told = [];
  let tickets = 0;
  const api = {
    attempt: () => {},
    persist: async () => {
      const expires = new Date(Date.now() + 900_000).toISOString();
      return { kind: 'ok', body: { ticket: `t${++tickets}`, expires_at: expires } };
    },
  };
  const tail = new Tail(/** @type {any} */ (api), new Nodes(['http://a', 'http://b']), 'board:x', '7', {
    moment: () => {},
    event: (event) => told.push(`event ${event.seq}`),
    live: (node) => told.push(`live ${node}`),
    lost: () => told.push('lost'),
    snapshotRequired: () => told.push('snapshot'),
    refused: ({ status }) => told.push(`refused ${status}`),
  });
  await tail.open();
  Source.made[0].frame('open', { node: 'n1', heartbeat_ms: 15_000 }, '7');
  return { tail, told };
}

const asked = (/** @type {Source} */ source) => [
  source.url.host,
  source.url.searchParams.get('last_event_id'),
  source.url.searchParams.get('ticket'),
];

test('one lost connection is left to the browser', async () => {
  const { told } = await following();
  Source.made[0].fail();
  await pass(20_000);
  Source.made[0].frame('open', { node: 'n1', heartbeat_ms: 15_000 }, '7');
  assert.equal(Source.made.length, 1);
  assert.deepEqual(told, ['live n1', 'lost', 'live n1']);
});

test('a second one in a row leads to the next node, from the last position', async () => {
  const { told } = await following();
  Source.made[0].frame('message', { seq: 8 }, '8');
  Source.made[0].frame('heartbeat', {}, '8');
  Source.made[0].fail();
  Source.made[0].fail();
  await pass(1000);
  assert.equal(Source.made.length, 2);
  assert.deepEqual(asked(Source.made[1]), ['b', '8', 't1']);
  Source.made[1].frame('open', { node: 'n2', heartbeat_ms: 15_000 }, '8');
  assert.deepEqual(told, ['live n1', 'event 8', 'lost', 'lost', 'live n2']);
});

test('one that is closed for good is replaced, with a new ticket', async () => {
  await following();
  Source.made[0].fail(Source.CLOSED);
  await pass(1000);
  assert.deepEqual(asked(Source.made[1]), ['b', '7', 't2']);
});

test('silence is a lost connection', async () => {
  const { told } = await following();
  for (let i = 0; i < 10; i++) {
    Source.made[0].frame('heartbeat', {}, '7');
    await pass(30_000);
  }
  assert.deepEqual(told, ['live n1']);
  await pass(10_000);
  await pass(1000);
  assert.deepEqual(told, ['live n1', 'lost']);
  assert.equal(Source.made.length, 2);
  assert.equal(Source.made[0].readyState, Source.CLOSED);
});

test('a ticket that is about to expire is exchanged without a pause', async () => {
  const { told } = await following();
  for (let i = 0; i < 29; i++) {
    Source.made[0].frame('heartbeat', {}, '7');
    await pass(30_000);
  }
  Source.made[0].frame('auth.expiring', {}, '7');
  await pass(0);
  assert.deepEqual(asked(Source.made[1]), ['a', '7', 't2']);
  Source.made[1].frame('auth.expiring', {}, '7');
  await pass(0);
  assert.equal(Source.made.length, 2);
  assert.deepEqual(told, ['live n1']);
});

test('when the network is back nothing waits, and when access is gone nothing goes on', async () => {
  const { tail, told } = await following();
  Source.made[0].fail();
  tail.wake();
  await pass(0);
  assert.equal(Source.made.length, 2);
  Source.made[1].frame('revoked', { channel: 'board:x', seq: 9 }, '7');
  await pass(60_000);
  assert.equal(Source.made.length, 2);
  assert.equal(told.at(-1), 'refused 403');
});
