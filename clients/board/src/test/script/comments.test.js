import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conversation, conversationOf, MAX_SHOWN, readComment } from '../../main/web/assets/comments.js';

/**
 * @param {number} seq
 * @param {unknown} data
 * @param {string} [ref]
 */
function said(seq, data, ref) {
  return { seq, type: 'comment.added', ref, data, by: 'ben', at: '2026-11-23T09:00:00Z' };
}

const texts = (/** @type {Conversation} */ conversation) => conversation.comments.map(({ text }) => text);

test('R-90: a card has a channel of its own, if its key can be part of a name', () => {
  assert.equal(conversationOf('roadmap', 'card:0193-a'), 'chat:roadmap.0193-a');
  assert.equal(conversationOf('roadmap', 'card:ünder'), null);
  assert.equal(conversationOf('x'.repeat(120), 'card:0193-a'), null);
});

test('what others wrote as a comment is read with care', () => {
  assert.equal(readComment(said(1, 7)), null);
  assert.equal(readComment(said(1, null)), null);
  assert.equal(readComment(said(1, { text: {} })), null);
  assert.equal(readComment(said(1, { text: ' \n' })), null);
  assert.equal(readComment({ ...said(1, { text: 'x' }), type: 'member.added' }), null);
  assert.equal(readComment(said(1, { text: 'x'.repeat(5000) }))?.text.length, 2000);
});

test('comments stand by their seq, and one that comes twice is there once', () => {
  const conversation = new Conversation();
  conversation.learn(said(2, { text: 'two' }));
  conversation.learn(said(1, { text: 'one' }));
  conversation.learn(said(2, { text: 'two' }));
  assert.deepEqual(texts(conversation), ['one', 'two']);
});

test('R-13: one\'s own stands last until the answer or its event settles it, whichever comes first', () => {
  const conversation = new Conversation();
  conversation.say('r1', 'mine', 'ada', '');
  conversation.learn(said(1, { text: 'theirs' }));
  assert.deepEqual(texts(conversation), ['theirs', 'mine']);
  assert.equal(conversation.comments[1].pending, true);
  conversation.learn(said(2, { text: 'mine' }, 'r1'));
  conversation.learn(said(2, { text: 'mine' }, 'r1'));
  conversation.say('r1', 'mine', 'ada', ''); // the queue was read before it was settled
  assert.deepEqual(conversation.comments.map(({ text, pending }) => `${text} ${pending}`), ['theirs false', 'mine false']);
});

test('one that is refused goes', () => {
  const conversation = new Conversation();
  conversation.say('r1', 'mine', 'ada', '');
  conversation.drop('r1');
  assert.deepEqual(texts(conversation), []);
});

test('only the newest are kept', () => {
  const conversation = new Conversation();
  for (let seq = 1; seq <= MAX_SHOWN + 1; seq++) {
    conversation.learn(said(seq, { text: String(seq) }));
  }
  assert.equal(conversation.comments.length, MAX_SHOWN);
  assert.equal(texts(conversation)[0], '2');
});
