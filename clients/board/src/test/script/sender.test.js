import assert from 'node:assert/strict';
import { test } from 'node:test';
import { itemOf } from '../../main/web/assets/board.js';
import { Pending } from '../../main/web/assets/pending.js';
import { Sender } from '../../main/web/assets/sender.js';
import { cardEvent, change, until } from './events.js';

/** A server that answers as it is told to, in turn. */
function sending(/** @type {any[]} */ answers) {
  const pending = new Pending();
  /** @type {any[]} */
  const requests = [];
  /** @type {any[]} */
  const outcomes = [];
  const api = {
    async attempt(/** @type {string} */ _method, /** @type {string} */ _path, /** @type {any} */ request) {
      requests.push(structuredClone(request));
      return answers.shift();
    },
  };
  const sender = new Sender(/** @type {any} */ (api), 'board:x', pending, {
    acknowledged: (receipt) => {
      outcomes.push(receipt.seq);
      pending.settle(receipt, itemOf(receipt));
    },
    conflicted: (lost, current) => {
      outcomes.push(['conflict', current?.seq]);
      pending.drop(lost);
    },
    refused: (lost, problem) => {
      outcomes.push(['refused', problem.title]);
      pending.drop(lost);
    },
    waiting: () => {},
    signedOut: () => outcomes.push('signed out'),
  });
  return { pending, sender, requests, outcomes };
}

const ok = (/** @type {any} */ event) => ({ kind: 'ok', body: event });
const passing = (retryAfterMs = 0) => ({ kind: 'passing', status: retryAfterMs ? 503 : 0, retryAfterMs });

test('a write without an answer is sent again, the same in every way', async () => {
  const { pending, sender, requests, outcomes } = sending([passing(), passing(), ok(cardEvent(6, 'card:a', 'done', 'm1'))]);
  pending.add(change('m1', 'card:a', 'done', { revision: 5 }));
  sender.wake();
  await until(() => {
    sender.wake();
    return outcomes.length === 1;
  });
  assert.equal(requests.length, 3);
  assert.deepEqual(requests[1], requests[0]);
  assert.deepEqual(requests[2], requests[0]);
  assert.equal(requests[0].headers['Idempotency-Key'], 'm1');
  assert.equal(requests[0].headers['If-Match'], '"5"');
});

test('changes go one after the other, each conditional on the one before', async () => {
  const { pending, sender, requests, outcomes } = sending([
    ok(cardEvent(6, 'card:a', 'done', 'm1')),
    ok(cardEvent(7, 'card:a', 'next', 'm2')),
  ]);
  const first = change('m1', 'card:a', 'done', { revision: 5 });
  pending.add(first);
  pending.add(change('m2', 'card:a', 'next', { after: first }));
  sender.wake();
  await until(() => outcomes.length === 2);
  assert.deepEqual(requests.map(({ headers }) => headers['If-Match']), ['"5"', '"6"']);
});

test('an own event on the tail ends the retries', async () => {
  const { pending, sender, requests, outcomes } = sending([passing()]);
  pending.add(change('m1', 'card:a', 'done', { revision: 5 }));
  sender.wake();
  await until(() => requests.length === 1);
  const event = cardEvent(6, 'card:a', 'done', 'm1');
  pending.settle(event, itemOf(event));
  sender.wake();
  await until(() => pending.size === 0);
  assert.deepEqual(outcomes, []);
  assert.equal(requests.length, 1);
});

test('a conflict is told and the rest goes on', async () => {
  const current = cardEvent(9, 'card:a', 'next');
  const { pending, sender, outcomes } = sending([
    { kind: 'refused', status: 412, problem: { current } },
    { kind: 'refused', status: 403, problem: { title: 'Not permitted' } },
    ok(cardEvent(10, 'card:c', 'done', 'm3')),
  ]);
  pending.add(change('m1', 'card:a', 'done', { revision: 5 }));
  pending.add(change('m2', 'card:b', 'done', { revision: 3 }));
  pending.add(change('m3', 'card:c', 'done', { revision: 4 }));
  sender.wake();
  await until(() => outcomes.length === 3);
  assert.deepEqual(outcomes, [['conflict', 9], ['refused', 'Not permitted'], 10]);
});

test('without a valid token nothing is lost and nothing is sent', async () => {
  const { pending, sender, requests, outcomes } = sending([{ kind: 'refused', status: 401, problem: {} }]);
  pending.add(change('m1', 'card:a', 'done', { revision: 5 }));
  sender.wake();
  await until(() => outcomes.length === 1);
  sender.wake();
  assert.deepEqual(outcomes, ['signed out']);
  assert.equal(pending.size, 1);
  assert.equal(requests.length, 1);
});
