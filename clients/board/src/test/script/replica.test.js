import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Replica } from '../../main/web/assets/replica.js';
import { cardEvent, until } from './events.js';

/** A log that answers like a server, when it is let. */
class Log {
  /** @type {import('../../main/web/assets/board.js').ChannelEvent[]} */
  events = [];
  floor = 0;
  /** @type {string[]} */
  asked = [];
  /** @type {Promise<void> | null} */
  gate = null;

  write(/** @type {number} */ count) {
    for (let i = 0; i < count; i++) {
      this.events.push(cardEvent(this.events.length + 1, `card:${i % 7}`, 'now'));
    }
  }

  async read(/** @type {string} */ path) {
    this.asked.push(path.replace(/.*\//, ''));
    await this.gate;
    if (path.endsWith('/snapshot')) {
      const latest = new Map(this.events.map((event) => [event.key, event]));
      const seq = this.events.length;
      return { kind: 'ok', body: { seq, position: String(seq), items: [...latest.values()] } };
    }
    const after = Number(/after=(\d+)/.exec(path)?.[1]);
    if (after < this.floor) {
      return { kind: 'refused', status: 410, problem: {} };
    }
    return { kind: 'ok', body: { events: this.events.slice(after, after + 1000) } };
  }
}

async function following(/** @type {Log} */ log) {
  /** @type {number[]} */
  const told = [];
  const busy = { now: false };
  const replica = new Replica(/** @type {any} */ (log), 'board:x', {
    advanced: (board, events, fresh) => told.push(...(fresh ? [board.seq] : events.map(({ seq }) => seq))),
    catchingUp: (catchingUp) => { busy.now = catchingUp; },
    refused: () => assert.fail('nothing is refused here'),
  });
  await replica.start();
  return { replica, told, busy };
}

test('a gap is fetched before what came after it is applied', async () => {
  const log = new Log();
  log.write(3);
  const { replica, told, busy } = await following(log);
  log.write(4);
  replica.receive(log.events[3]);
  replica.receive(log.events[6]);
  assert.equal(busy.now, true);
  await until(() => replica.board.seq === 7 && !busy.now);
  assert.deepEqual(told, [3, 4, 5, 6, 7]);
});

test('what arrives while a gap is fetched waits its turn', async () => {
  const log = new Log();
  const { replica, told, busy } = await following(log);
  log.write(5);
  let open = () => {};
  log.gate = new Promise((resolve) => { open = resolve; });
  replica.receive(log.events[2]);
  replica.receive(log.events[3]);
  replica.receive(log.events[4]);
  log.write(1);
  replica.receive(log.events[5]);
  replica.receive(log.events[5]);
  open();
  await until(() => replica.board.seq === 6 && !busy.now);
  assert.deepEqual(told, [0, 1, 2, 3, 4, 5, 6]);
});

test('a gap below the floor, or a word of the server, leads to a snapshot', async () => {
  const log = new Log();
  log.write(2);
  const { replica, told, busy } = await following(log);
  log.write(10);
  log.floor = 9;
  replica.receive(log.events[11]);
  await until(() => !busy.now);
  assert.equal(replica.board.seq, 12);
  log.write(3);
  replica.snapshotRequired();
  await until(() => !busy.now);
  assert.equal(replica.board.seq, 15);
  assert.deepEqual(told, [2, 12, 15]);
});

test('a gap longer than a page is fetched page by page', async () => {
  const log = new Log();
  const { replica, told, busy } = await following(log);
  log.write(2500);
  replica.receive(log.events[2499]);
  await until(() => !busy.now);
  assert.equal(told.length, 2501);
  assert.equal(new Set(told).size, 2501);
});
