import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failures } from '../../main/web/assets/failures.js';

const card = { title: 'Ship it', note: '', column: 'next', rank: 'V' };
const current = { seq: 7, type: 'card.moved', data: { ...card, column: 'done' }, by: 'ben' };

let made = 0;

/** A write that came to nothing. @type {(more: object, outcome: object) => any} */
const failed = (more, outcome) => ({
  idempotencyKey: `k${++made}`,
  ref: `k${made}`,
  channel: 'board:plan',
  key: 'card:a',
  type: 'card.moved',
  data: card,
  state: { value: { name: 'settled', outcome } },
  ...more,
});

/** Tells of these, twice. */
async function tell(/** @type {any[]} */ ...writes) {
  /** @type {any[]} */
  const told = [];
  /** @type {any[]} */
  const dismissed = [];
  const failures = new Failures('plan', {
    lost: (lost, expired, done) => told.push({ ...lost, expired, done }),
    refused: (title, problem, done) => told.push({ title, problem, done }),
  });
  writes.forEach((write) => failures.remember(write, { ...card, column: 'later' }));
  const client = { failures: /** @type {any} */ ({ value: writes }), dismiss: (/** @type {any} */ write) => dismissed.push(write) };
  const cards = { value: /** @type {any} */ ({ items: new Map([['card:a', { seq: 3, value: card, by: 'cy' }]]) }) };
  failures.tell(client, cards);
  failures.tell(client, cards);
  await new Promise((resolve) => setImmediate(resolve));
  return { told, dismissed };
}

test('R-14: a chain of changes to one card is told as one, with what the person wanted in the end', async () => {
  const conflict = { kind: 'conflict', current };
  const chain = [failed({}, conflict), failed({ data: { ...card, column: 'now' } }, conflict)];
  const { told, dismissed } = await tell(...chain);
  assert.equal(told.length, 1);
  assert.equal(told[0].card.column, 'now');
  assert.equal(told[0].before.column, 'later');
  assert.deepEqual(told[0].current, { revision: 7, card: current.data, by: 'ben' });
  assert.deepEqual(dismissed, []);
  told[0].done();
  assert.deepEqual(dismissed, chain);
});

test('a change whose key is forgotten is told beside what the board shows', async () => {
  const { told } = await tell(failed({ data: { ...card, column: 'now' } }, { kind: 'expired', problem: {} }));
  assert.equal(told[0].expired, true);
  assert.deepEqual(told[0].current, { revision: 3, card, by: 'cy' });
});

test('nobody is asked who has what they wanted, nor of what no person wrote', async () => {
  const { told, dismissed } = await tell(
    failed({ data: { ...card, column: 'done' } }, { kind: 'conflict', current }),
    failed({ key: 'talk:a', type: 'card.discussed' }, { kind: 'refused', problem: {} }),
  );
  assert.deepEqual(told, []);
  assert.equal(dismissed.length, 2);
});

test('what came to nothing on another board is told there', async () => {
  const { told, dismissed } = await tell(failed({ channel: 'board:other' }, { kind: 'conflict', current }));
  assert.deepEqual([told, dismissed], [[], []]);
});

test('what was refused is told by its title, a comment without one', async () => {
  const problem = { title: 'Too large' };
  const { told } = await tell(
    failed({}, { kind: 'refused', problem }),
    failed({ channel: 'chat:plan.a', key: undefined, type: 'comment.added', data: { text: 'x' } }, { kind: 'refused', problem }),
  );
  assert.deepEqual(told.map(({ title }) => title), ['Ship it', undefined]);
});
