// What the page says. Pure functions of what is the case.

/**
 * @typedef {import('./workspace.js').Condition} Condition
 * @typedef {import('./cards.js').Card} Card
 * @typedef {'good' | 'busy' | 'bad'} Tone
 */

import { columnTitle } from './cards.js';

/**
 * How the connection stands.
 *
 * @param {Condition} condition
 * @returns {{tone: Tone, words: string}}
 */
export function standing({ state, signedIn, refused, wasLive, node }) {
  const on = node ? ` on ${node}` : '';
  if (!signedIn || state === 'unauthorized') {
    return { tone: 'bad', words: 'Signed out' };
  }
  if (refused) {
    return { tone: 'bad', words: 'No access to this board' };
  }
  switch (state) {
    case 'connecting':
      return { tone: 'busy', words: wasLive ? 'Reconnecting…' : 'Connecting…' };
    case 'catching-up':
      return { tone: 'busy', words: 'Catching up…' };
    case 'live':
      return { tone: 'good', words: `Live${on}` };
    case 'degraded':
      return { tone: 'busy', words: `Live${on}, not at full strength` };
    case 'polling':
      return { tone: 'good', words: `Polling${on}` };
    case 'offline':
      return { tone: 'bad', words: 'Offline' };
  }
}

/**
 * Why the page asks for a token.
 *
 * @param {Condition} condition who is signed in cannot go on
 */
export function lockedOut({ signedIn, refused }) {
  if (!signedIn) {
    return '';
  }
  return refused ? 'You may not read this board, or not any more.' : 'The token was not accepted, or its time is over.';
}

/**
 * The same for who wants to know more.
 *
 * @param {Condition} condition
 */
export function details({ state, node, reason, seq, stale, bytes, pending }) {
  return {
    state: reason ? `${state}: ${reason}` : state,
    node: node || '–',
    seq: seq > 0 ? `${seq}${stale ? ', or later' : ''}` : '–',
    bytes: amount(bytes),
    pending: pending === 0 ? 'nothing' : count(pending),
  };
}

/** @param {number} bytes */
function amount(bytes) {
  return bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Whether what is changed now reaches the server soon. @param {Condition} condition */
function flows({ state, signedIn, refused }) {
  return signedIn && !refused && state !== 'offline' && state !== 'unauthorized';
}

/**
 * What becomes of changes without an answer, and of what is shown.
 *
 * @param {Condition} condition
 */
export function saving(condition) {
  const { pending, stale, signedIn, refused } = condition;
  if (refused) {
    return '';
  }
  if (pending > 0) {
    return flows(condition) ? `Saving ${count(pending)}…` : `${count(pending)} kept on this device until the server answers`;
  }
  if (!signedIn || flows(condition)) {
    return '';
  }
  return stale ? 'As this device last knew it; changes you make are kept' : 'Changes you make are kept on this device';
}

/**
 * A card's last line.
 *
 * @param {import('./cards.js').Shown} shown
 * @param {string} user
 * @param {Condition} condition
 */
export function provenance({ pending, by, at }, user, condition) {
  if (pending) {
    return flows(condition) ? 'Saving…' : 'Waiting to be saved';
  }
  return [by === user ? 'You' : by, time(at)].filter(Boolean).join(', ');
}

/**
 * Who said something, and when.
 *
 * @param {import('./comments.js').Comment} comment
 * @param {string} user
 * @param {Condition} condition
 */
export function authorship({ pending, by, at }, user, condition) {
  const words = [by === user ? 'You' : by, time(at)].filter(Boolean).join(', ');
  return pending ? `${words} · ${flows(condition) ? 'sending…' : 'waiting to be sent'}` : words;
}

/**
 * How it stands with a card's comments.
 *
 * @param {number} shown
 * @param {'loading' | 'known' | 'stale' | 'refused'} state
 */
export function talk(shown, state) {
  switch (state) {
    case 'loading':
      return 'Loading…';
    case 'refused':
      return 'You may not read these comments.';
    case 'stale':
      return shown > 0 ? 'As this device last knew them; there may be more.' : 'Not known on this device yet. What you write is kept and sent later.';
    case 'known':
      return shown > 0 ? '' : 'No comments yet.';
  }
}

/** @param {number} comments */
export function talked(comments) {
  return comments === 0 ? '' : comments === 1 ? '1 comment' : `${comments} comments`;
}

/** @param {string} at as the server writes times */
function time(at) {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) {
    return '';
  }
  return when.toDateString() === new Date().toDateString()
    ? when.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : when.toLocaleDateString([], { day: 'numeric', month: 'short' });
}

/**
 * @param {Card} card
 * @param {number} index from 0
 * @param {number} of
 */
export function place(card, index, of) {
  return `${columnTitle(card.column)}, ${index + 1} of ${of}`;
}

/**
 * Who somebody is and what they do.
 *
 * @param {import('./people.js').Member} member
 * @param {string} user who looks
 * @param {(key: string) => string | undefined} titleOf a card's title
 */
export function doing({ user: who, state, mode, resource }, user, titleOf) {
  const name = who === user ? `${who} (you)` : who;
  const title = resource && titleOf(resource);
  const what = state === 'away' ? 'away' : mode === 'editing' ? (title ? `editing “${title}”` : 'editing') : state === 'idle' ? 'idle' : 'here';
  return `${name}, ${what}`;
}

/**
 * What others do about a card; empty: nothing.
 *
 * @param {{typing: string[], editing: string[]}} about
 */
export function activity({ typing, editing }) {
  if (typing.length > 0) {
    return `${names(typing)} ${typing.length === 1 ? 'is' : 'are'} typing…`;
  }
  return editing.length > 0 ? `${names(editing)} ${editing.length === 1 ? 'has' : 'have'} it open` : '';
}

/** @param {string[]} users */
function names(users) {
  const [first, second] = users;
  return users.length === 1 ? first : users.length === 2 ? `${first} and ${second}` : `${first} and ${users.length - 1} others`;
}

/** @param {number} changes */
function count(changes) {
  return changes === 1 ? '1 change' : `${changes} changes`;
}
