import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTally } from '../../main/web/assets/comments.js';
import { Tally } from '../../main/web/assets/tally.js';

/** A board whose answers to writes are given in turn. */
function board(/** @type {string[]} */ ...answers) {
  /** @type {string[]} */
  const written = [];
  const known = { count: 0 };
  const channel = {
    write: (/** @type {string} */ type, /** @type {any} */ { comments }, /** @type {any} */ { key, ifMatch }) => {
      written.push(`${type} ${key} ${comments} on ${ifMatch}`);
      const kind = answers.shift() ?? 'committed';
      known.count = kind === 'committed' ? comments : known.count;
      return { settled: Promise.resolve({ kind }) };
    },
  };
  const tally = new Tally('x.y', /** @type {any} */ (channel), { count: () => known.count, basis: () => known.count });
  return { tally, written, known };
}

/** A comment with its outcome. @type {(seq: number, more?: object) => any} */
const comment = (seq, more = {}) => ({
  type: 'comment.added',
  channel: 'chat:x.y.a.b',
  settled: Promise.resolve({ kind: 'committed', receipt: { seq } }),
  ...more,
});

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('whoever has said something says so on the board, once', async () => {
  const { tally, written } = board();
  const first = comment(1);
  tally.watch([first]);
  tally.watch([first, comment(9, { channel: 'chat:z.a' }), comment(9, { type: 'other' })]);
  await settle();
  assert.deepEqual(written, ['card.discussed talk:a.b 1 on 0']);
});

test('the number only grows', async () => {
  const { tally, written, known } = board();
  known.count = 3;
  tally.watch([comment(2), comment(4)]);
  await settle();
  assert.deepEqual(written, ['card.discussed talk:a.b 4 on 3']);
});

test('who was too late says it again on what stands, if there is still something to say', async () => {
  const { tally, written } = board('conflict', 'committed');
  tally.watch([comment(2)]);
  await settle();
  assert.equal(written.length, 2);
  const refused = board('refused');
  refused.tally.watch([comment(2)]);
  await settle();
  assert.equal(refused.written.length, 1);
});

test('what others wrote as a number is read with care', () => {
  const event = (/** @type {unknown} */ data) => ({ type: 'card.discussed', data });
  assert.equal(readTally(event({ comments: 3 })), 3);
  for (const strange of [null, 3, {}, { comments: '3' }, { comments: -1 }, { comments: 1.5 }, { comments: 1e300 }]) {
    assert.equal(readTally(event(strange)), null);
  }
});
