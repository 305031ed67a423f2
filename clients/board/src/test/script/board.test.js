import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Board } from '../../main/web/assets/board.js';
import { readCard } from '../../main/web/assets/cards.js';
import { cardEvent } from './events.js';

test('events in turn make the board', () => {
  const board = new Board();
  assert.equal(board.apply(cardEvent(1, 'card:a', 'now')), 'applied');
  assert.equal(board.apply(cardEvent(2, 'card:a', 'done')), 'applied');
  assert.equal(board.seq, 2);
  assert.equal(board.items.get('card:a')?.card?.column, 'done');
  assert.equal(board.items.get('card:a')?.revision, 2);
});

test('an event that comes twice changes nothing', () => {
  const board = new Board();
  board.apply(cardEvent(1, 'card:a', 'now'));
  board.apply(cardEvent(2, 'card:a', 'done'));
  assert.equal(board.apply(cardEvent(1, 'card:a', 'now')), 'duplicate');
  assert.equal(board.items.get('card:a')?.card?.column, 'done');
});

test('an event that comes too early is not applied', () => {
  const board = new Board();
  assert.equal(board.apply(cardEvent(2, 'card:a', 'now')), 'gap');
  assert.equal(board.seq, 0);
  assert.equal(board.items.size, 0);
});

test('a snapshot and the tail after it give what all events give', () => {
  const events = [
    cardEvent(1, 'card:a', 'now'),
    cardEvent(2, 'card:b', 'later'),
    cardEvent(3, 'card:a', 'done'),
    { ...cardEvent(4, 'card:b', 'later'), type: 'card.removed', data: {} },
    cardEvent(5, 'card:c', 'next'),
  ];
  const whole = new Board();
  events.forEach((event) => whole.apply(event));
  const resumed = Board.of({ seq: 3, items: [events[1], events[2]] });
  events.forEach((event) => resumed.apply(event));
  assert.deepEqual(resumed.items, whole.items);
  assert.equal(resumed.items.get('card:b')?.card, null);
});

test('events of other things pass by', () => {
  const board = new Board();
  assert.equal(board.apply({ ...cardEvent(1, 'card:a', 'now'), key: undefined }), 'applied');
  assert.equal(board.apply({ ...cardEvent(2, 'vote:a', 'now') }), 'applied');
  assert.equal(board.items.size, 0);
  assert.equal(board.seq, 2);
});

test('what others wrote as a card is read with care', () => {
  assert.equal(readCard('card.moved', 7), null);
  assert.deepEqual(readCard('card.moved', { col: 1 }), { col: 1, title: 'Untitled', note: '', column: 'later', rank: '' });
  assert.equal(readCard('card.moved', { title: 'x'.repeat(500) })?.title.length, 500);
  assert.equal(readCard('card.moved', { title: {}, column: '__proto__' })?.column, 'later');
});
