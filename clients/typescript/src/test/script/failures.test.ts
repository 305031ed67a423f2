// Writes that came to nothing, and how long they are kept.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_FAILURES } from '../../outbox.ts';
import { world } from './made.ts';
import type { Card, Events } from './made.ts';
import { problem, settle } from './miniature.ts';

const BOARD = 'board:roadmap';

test('R-14: what came to nothing survives a reload, until it is dismissed or its key is written again', async () => {
  const before = world();
  const board = before.tailrace.channel<Events>(BOARD);
  const theirs = ['card:7', 'card:8', 'card:9'].map((key) => before.server.write(BOARD, 'card.moved', { column: 'done' }, key));
  const late = theirs.map(({ key }) => board.write('card.moved', { column: 'doing' }, { key: key!, ifMatch: '0' }));
  await Promise.all(late.map(({ settled }) => settled));
  before.tailrace.dismiss(late[0]!);
  await board.write('card.moved', { column: 'next' }, { key: 'card:8' }).settled;
  await settle();
  before.tailrace.close();
  const { tailrace, storage, link } = world({ before });
  const cards = tailrace.channel<Events>(BOARD).keyed<Card>();
  cards.subscribe(() => {});
  await settle();
  const [failure, ...others] = tailrace.failures.value;
  assert.deepEqual(others, []);
  assert.equal(failure?.idempotencyKey, late[2]!.idempotencyKey);
  assert.deepEqual(await failure?.settled, { kind: 'conflict', current: theirs[2] });
  assert.deepEqual([...cards.value.conflicts.keys()], ['card:9']);
  assert.deepEqual(cards.value.items.get('card:9')?.value, { column: 'done' });
  assert.deepEqual(tailrace.pending.value, []);
  assert.ok(link.requests.every(({ method }) => method === 'GET'), 'it is not sent again');
  cards.dismiss('card:9');
  await settle();
  assert.deepEqual([tailrace.failures.value, cards.value.conflicts.size, await storage.writes()], [[], 0, []]);
});

test('what is dismissed as soon as it is told is not kept', async () => {
  const { tailrace, server, storage } = world();
  server.rule = () => problem(422, 'schema-violated');
  tailrace.failures.subscribe((failures) => failures.forEach((write) => tailrace.dismiss(write)));
  const write = tailrace.channel(BOARD).write('note', 'bad');
  await write.settled;
  await settle();
  assert.deepEqual([tailrace.failures.value, await storage.writes()], [[], []]);
});

test('so many of those are kept that a person can still read them', async () => {
  const { tailrace, server, storage } = world();
  server.rule = () => problem(422, 'schema-violated');
  const writes = Array.from({ length: MAX_FAILURES + 5 }, (_, i) => tailrace.channel(BOARD).write('note', i));
  await Promise.all(writes.map(({ settled }) => settled));
  await settle();
  const latest = writes.slice(5).map(({ idempotencyKey }) => idempotencyKey);
  assert.deepEqual(tailrace.failures.value.map(({ idempotencyKey }) => idempotencyKey), latest);
  assert.deepEqual((await storage.writes()).map(({ id }) => id), latest);
});
