import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commentsOf, conversationOf, readComment, standingOf } from '../../main/web/assets/comments.js';
import { authorship, talk } from '../../main/web/assets/words.js';
import { live } from './conditions.js';

const said = (/** @type {unknown} */ data) => ({ type: 'comment.added', data });

test('R-90: a card has a channel of its own, if its key can be part of a name', () => {
  assert.equal(conversationOf('roadmap', 'card:0193-a'), 'chat:roadmap.0193-a');
  assert.equal(conversationOf('roadmap', 'card:ünder'), null);
  assert.equal(conversationOf('x'.repeat(120), 'card:0193-a'), null);
});

test('what others wrote as a comment is read with care', () => {
  assert.equal(readComment(said(7)), null);
  assert.equal(readComment(said(null)), null);
  assert.equal(readComment(said({ text: {} })), null);
  assert.equal(readComment(said({ text: ' \n' })), null);
  assert.equal(readComment({ type: 'member.added', data: { text: 'x' } }), null);
  assert.equal(readComment(said({ text: 'x'.repeat(5000) }))?.length, 2000);
  assert.equal(readComment(said({ text: '<b>bold</b>' })), '<b>bold</b>');
});

test('R-13: a comment is the same one before and after the server has it', () => {
  /** @type {any} */
  const pending = { key: 'r1', ref: 'r1', seq: 0, by: 'ada', at: '', value: 'mine', pending: true };
  const [before] = commentsOf([pending]);
  const [after] = commentsOf([{ ...pending, key: '7', seq: 7, at: '2026-11-23T09:00:00Z', pending: false }]);
  assert.equal(before.id, after.id);
  assert.equal(commentsOf([{ ...pending, key: '8', ref: undefined }])[0].id, '8');
});

test('how it stands with comments is told in words', () => {
  /** @type {any} */
  const state = { denied: null, stale: true, seq: 0 };
  assert.equal(talk(0, standingOf(state, true)), 'Loading…');
  assert.match(talk(0, standingOf(state, false)), /^Not known on this device/);
  assert.match(talk(2, standingOf({ ...state, seq: 2 }, false)), /^As this device last knew them/);
  assert.equal(talk(0, standingOf({ ...state, stale: false }, true)), 'No comments yet.');
  assert.equal(talk(2, standingOf({ ...state, stale: false, seq: 2 }, true)), '');
  assert.equal(talk(0, standingOf({ ...state, denied: {} }, true)), 'You may not read these comments.');
});

test('a comment says who, and that it waits', () => {
  const mine = { id: 'r1', by: 'ada', at: '', text: 'x', pending: true };
  assert.equal(authorship(mine, 'ada', live), 'You · sending…');
  assert.equal(authorship(mine, 'ada', { ...live, state: 'offline' }), 'You · waiting to be sent');
  assert.match(authorship({ ...mine, pending: false, at: '2026-11-23T09:00:00Z' }, 'ben', live), /^ada, /);
});
