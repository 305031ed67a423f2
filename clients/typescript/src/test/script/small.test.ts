import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff, MAX_ASKED_MS } from '../../backoff.ts';
import { askedMs, isFinal, Refused, Unreachable } from '../../link.ts';
import { Cell } from '../../observable.ts';

const chance = (random: number) => ({ now: () => 0, after: () => () => {}, random: () => random });

test('R-51: waits grow from one second to thirty, with full jitter', () => {
  const longest = new Backoff(chance(0.999999));
  const waits = Array.from({ length: 8 }, () => Math.round(longest.next()));
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  assert.equal(new Backoff(chance(0)).next(), 0);
});

test('R-51: a wait is never shorter than what the server asks for', () => {
  assert.equal(new Backoff(chance(0)).next(7000), 7000);
  assert.ok(new Backoff(chance(0.999)).next(7000) < 8000);
});

test('R-51: nobody can ask for more than a quarter of an hour', () => {
  assert.equal(new Backoff(chance(0)).next(MAX_ASKED_MS), MAX_ASKED_MS);
  assert.equal(new Backoff(chance(0)).next(MAX_ASKED_MS + 1), MAX_ASKED_MS);
  assert.equal(new Backoff(chance(0)).next(1e300), MAX_ASKED_MS);
});

test('a cell tells every listener of a change, and only of a change', () => {
  const cell = new Cell(1);
  const told: number[] = [];
  const stop = cell.subscribe((value) => told.push(value));
  cell.set(2);
  cell.set(2);
  stop();
  cell.set(3);
  assert.deepEqual(told, [2]);
  assert.equal(cell.value, 3);
});

test('only a refusal that will not pass is final, whatever an application rejects with', () => {
  const refused = (status: number, after = 0) => new Refused(status, { type: 'about:blank', title: '', status }, after);
  assert.deepEqual([403, 422, 401, 429, 503].map((status) => isFinal(refused(status))), [true, true, false, false, false]);
  for (const other of [undefined, null, 'text', new Unreachable('nobody')]) {
    assert.equal(isFinal(other), false);
    assert.equal(askedMs(other), 0);
  }
  assert.equal(askedMs(refused(503, 2000)), 2000);
});
