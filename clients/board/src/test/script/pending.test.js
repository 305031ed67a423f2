import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Board, itemOf } from '../../main/web/assets/board.js';
import { ifMatch, Pending } from '../../main/web/assets/pending.js';
import { cardEvent, change } from './events.js';

function boardWith(/** @type {string} */ column) {
  return Board.of({ seq: 5, items: [cardEvent(5, 'card:a', column)] });
}

function settle(/** @type {Pending} */ pending, /** @type {import('../../main/web/assets/board.js').ChannelEvent} */ event) {
  pending.settle(event, itemOf(event));
}

const columnOf = (/** @type {Pending} */ pending, /** @type {Board} */ board) => pending.over(board).get('card:a')?.card.column;

test('a change shows at once and is conditional on what was seen', () => {
  const board = boardWith('now');
  const pending = new Pending();
  const move = change('m1', 'card:a', 'done', pending.basis(board, 'card:a'));
  pending.add(move);
  assert.equal(columnOf(pending, board), 'done');
  assert.equal(pending.over(board).get('card:a')?.pending, true);
  assert.equal(ifMatch(move), 5);
});

test('an acknowledgement before its event: the change stays in sight until the tail has come as far', () => {
  const board = boardWith('now');
  const pending = new Pending();
  pending.add(change('m1', 'card:a', 'done', { revision: 5 }));
  settle(pending, cardEvent(7, 'card:a', 'done', 'm1'));
  assert.equal(pending.size, 0);
  assert.equal(columnOf(pending, board), 'done');
  board.apply(cardEvent(6, 'card:b', 'now'));
  pending.reached(6);
  assert.equal(columnOf(pending, board), 'done');
  board.apply(cardEvent(7, 'card:a', 'done', 'm1'));
  pending.reached(7);
  assert.equal(columnOf(pending, board), 'done');
  board.apply(cardEvent(8, 'card:a', 'next'));
  pending.reached(8);
  assert.equal(columnOf(pending, board), 'next');
});

test('its event before the acknowledgement: the change is settled, and the acknowledgement changes nothing', () => {
  const board = boardWith('now');
  const pending = new Pending();
  const move = change('m1', 'card:a', 'done', { revision: 5 });
  pending.add(move);
  const event = cardEvent(6, 'card:a', 'done', 'm1');
  board.apply(event);
  settle(pending, event);
  pending.reached(6);
  assert.equal(move.seq, 6);
  assert.equal(pending.size, 0);
  board.apply(cardEvent(7, 'card:a', 'next'));
  settle(pending, event);
  assert.equal(columnOf(pending, board), 'next');
});

test('a refused change is rolled back to what stands, though the tail has not told it yet', () => {
  const board = boardWith('now');
  const pending = new Pending();
  const move = change('m1', 'card:a', 'done', { revision: 5 });
  pending.add(move);
  pending.drop(move, itemOf(cardEvent(6, 'card:a', 'next')));
  assert.equal(columnOf(pending, board), 'next');
  assert.equal(pending.over(board).get('card:a')?.pending, false);
});

test('changes of one card build on each other', () => {
  const board = boardWith('now');
  const pending = new Pending();
  pending.add(change('m1', 'card:a', 'done', pending.basis(board, 'card:a')));
  const second = change('m2', 'card:a', 'next', pending.basis(board, 'card:a'));
  pending.add(second);
  settle(pending, cardEvent(9, 'card:a', 'done', 'm1'));
  assert.equal(pending.first, second);
  assert.equal(ifMatch(second), 9);
});

test('what was built on a refused change goes with it, and nothing else does', () => {
  const board = boardWith('now');
  const pending = new Pending();
  const first = change('m1', 'card:a', 'done', pending.basis(board, 'card:a'));
  pending.add(first);
  pending.add(change('b1', 'card:b', 'now', pending.basis(board, 'card:b')));
  pending.add(change('m2', 'card:a', 'next', pending.basis(board, 'card:a')));
  pending.add(change('m3', 'card:a', null, pending.basis(board, 'card:a')));
  assert.deepEqual(pending.drop(first).map(({ id }) => id), ['m1', 'm2', 'm3']);
  assert.equal(pending.size, 1);
  assert.equal(pending.first.id, 'b1');
});

test('a removed card is out of sight at once, and one that is put back is conditional on its removal', () => {
  const board = boardWith('now');
  const pending = new Pending();
  pending.add(change('r1', 'card:a', null, pending.basis(board, 'card:a')));
  assert.equal(pending.over(board).has('card:a'), false);
  const removed = { ...cardEvent(6, 'card:a', '', 'r1'), type: 'card.removed', data: {} };
  board.apply(removed);
  settle(pending, removed);
  pending.reached(6);
  assert.equal(pending.over(board).has('card:a'), false);
  assert.deepEqual(pending.basis(board, 'card:a'), { revision: 6 });
});

test('after a snapshot, answers of before prove nothing', () => {
  const pending = new Pending();
  pending.add(change('m1', 'card:a', 'done', { revision: 5 }));
  settle(pending, cardEvent(90, 'card:a', 'done', 'm1'));
  const restored = boardWith('later');
  pending.forget();
  assert.equal(columnOf(pending, restored), 'later');
});
