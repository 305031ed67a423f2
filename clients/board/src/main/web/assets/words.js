// What the page says. Pure functions of what is the case.

/**
 * @typedef {import('./workspace.js').Condition} Condition
 * @typedef {import('./cards.js').Card} Card
 * @typedef {import('./cards.js').Item} Item
 * @typedef {import('./pending.js').Change} Change
 * @typedef {'good' | 'busy' | 'bad'} Tone
 */

import { columnTitle } from './cards.js';

/**
 * How the connection stands.
 *
 * @param {Condition} condition
 * @returns {{tone: Tone, words: string}}
 */
export function standing({ stream, catchingUp, online, node }) {
  if (stream === 'signed-out') {
    return { tone: 'bad', words: 'Signed out' };
  }
  if (stream === 'forbidden') {
    return { tone: 'bad', words: 'No access to this board' };
  }
  if (!online) {
    return { tone: 'bad', words: 'Offline' };
  }
  if (stream === 'reconnecting') {
    return { tone: 'busy', words: 'Reconnecting…' };
  }
  if (stream === 'connecting') {
    return { tone: 'busy', words: 'Connecting…' };
  }
  if (catchingUp) {
    return { tone: 'busy', words: 'Catching up…' };
  }
  return { tone: 'good', words: node ? `Live on ${node}` : 'Live' };
}

/**
 * What becomes of changes without an answer.
 *
 * @param {Condition} condition
 */
export function saving({ stream, online, pending, waiting }) {
  const held = !online || waiting || stream === 'signed-out' || stream === 'forbidden';
  if (pending === 0) {
    return online ? '' : 'Changes you make are kept in this page';
  }
  return held ? `${count(pending)} kept in this page until the server answers` : `Saving ${count(pending)}…`;
}

/**
 * A card's last line.
 *
 * @param {import('./cards.js').Shown} shown
 * @param {string} user
 * @param {Condition} condition
 */
export function provenance({ pending, by, at }, user, { online, waiting }) {
  if (pending) {
    return online && !waiting ? 'Saving…' : 'Waiting to be saved';
  }
  const when = new Date(at);
  const today = when.toDateString() === new Date().toDateString();
  const time = Number.isNaN(when.getTime())
    ? ''
    : today
      ? when.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
      : when.toLocaleDateString([], { day: 'numeric', month: 'short' });
  return [by === user ? 'You' : by, time].filter(Boolean).join(', ');
}

/**
 * Tells the loser of a conflict what happened and what stands now.
 *
 * @param {Change[]} lost the first of them met the conflict
 * @param {Item | undefined} current what stands now, when known
 * @param {string} user
 */
export function conflict([change, ...more], current, user) {
  const card = change.before ?? change.card;
  const title = `“${card?.title ?? 'the card'}”`;
  const who = !current ? 'Somebody else' : current.by === user ? 'You, in another window,' : current.by;
  const kept = more.length > 0 ? ` Your ${count(more.length)} after it went too.` : '';
  return `${who} ${did(change.before, current?.card, title)} ${meanwhile(change)} The board shows what was saved first.${kept}`;
}

/**
 * @param {Change[]} lost
 * @param {import('./api.js').Problem} problem
 */
export function refusal([change], problem) {
  const title = (change.card ?? change.before)?.title ?? 'the card';
  return `Your change to “${title}” was not accepted: ${lower(problem.detail ?? problem.title ?? 'no reason was given')}.`;
}

/**
 * @param {Card} card
 * @param {number} index from 0
 * @param {number} of
 */
export function place(card, index, of) {
  return `${columnTitle(card.column)}, ${index + 1} of ${of}`;
}

/** What the button says that does a lost change after all. @param {Change} change */
export function again({ kind }) {
  return { add: 'Add mine', move: 'Move it anyway', edit: 'Save mine anyway', remove: 'Remove it anyway' }[kind];
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

/**
 * @param {Card | null} before
 * @param {Card | null | undefined} now
 * @param {string} title
 */
function did(before, now, title) {
  if (now === undefined) {
    return `changed ${title}`;
  }
  if (now === null) {
    return `removed ${title}`;
  }
  if (before && (now.title !== before.title || now.note !== before.note)) {
    return now.title !== before.title ? `renamed ${title} to “${now.title}”` : `edited ${title}`;
  }
  return before && now.column === before.column ? `moved ${title} within ${columnTitle(now.column)}` : `moved ${title} to ${columnTitle(now.column)}`;
}

/** @param {Change} change */
function meanwhile({ kind, card }) {
  switch (kind) {
    case 'move':
      return `while you moved it to ${columnTitle(card?.column ?? '')}.`;
    case 'edit':
      return 'while you were editing it.';
    case 'remove':
      return 'while you were removing it.';
    default:
      return 'while you were adding it.';
  }
}

/** @param {string} sentence */
function lower(sentence) {
  return (sentence.charAt(0).toLowerCase() + sentence.slice(1)).replace(/\.$/, '');
}
