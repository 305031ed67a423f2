import assert from 'node:assert/strict';
import { test } from 'node:test';
import { between, compare, rankAt } from '../../main/web/assets/rank.js';

test('a rank lies between its neighbours, however often one inserts', () => {
  const ranks = [between('', null)];
  let seed = 42;
  for (let i = 0; i < 2000; i++) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    const index = seed % (ranks.length + 1);
    const rank = rankAt(ranks, index);
    assert.ok(index === 0 || compare(ranks[index - 1], rank) < 0, `after ${ranks[index - 1]}: ${rank}`);
    assert.ok(index === ranks.length || compare(rank, ranks[index]) < 0, `before ${ranks[index]}: ${rank}`);
    ranks.splice(index, 0, rank);
  }
});

test('there is always room at the very beginning', () => {
  let first = between('', null);
  for (let i = 0; i < 200; i++) {
    const rank = between('', first);
    assert.ok(rank < first && !rank.endsWith('0'));
    first = rank;
  }
});

test('ranks grow slowly when cards are added at the end', () => {
  let last = '';
  for (let i = 0; i < 100; i++) {
    last = between(last, null);
  }
  assert.ok(last.length < 25, last);
});

test('among equals a card goes after all of them', () => {
  assert.ok(rankAt(['V', 'V', 'V', 'b'], 1) > 'V');
  assert.ok(rankAt(['V', 'V', 'V', 'b'], 1) < 'b');
});

test('ranks that nobody should have written do no harm', () => {
  for (const strange of ['', '0', '000', 'ä', '!', 'V0', 'z'.repeat(50)]) {
    const rank = rankAt([strange], 1);
    assert.match(rank, /^[0-9A-Za-z]*[1-9A-Za-z]$/);
    assert.match(rankAt([strange], 0), /^[0-9A-Za-z]*[1-9A-Za-z]$/);
  }
});
