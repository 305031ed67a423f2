// What the page says of changes that came to nothing. Pure functions of what is the case.

/**
 * @typedef {import('./cards.js').Card} Card
 * @typedef {import('./conflicts.js').Lost} Lost
 */

import { columnTitle } from './cards.js';

/**
 * Tells the loser of a conflict what happened and what stands now.
 *
 * @param {Lost} lost
 * @param {string} user
 */
export function conflict({ kind, card, before, current }, user) {
  const title = `“${(before ?? card ?? current?.card)?.title ?? 'the card'}”`;
  const who = !current ? 'Somebody else' : current.by === user ? 'You, in another window,' : current.by;
  return `${who} ${did(before, current && current.card, title)} ${meanwhile(kind, card)} The board shows what was saved first.`;
}

/**
 * A change waited for longer than the server remembers: nobody knows whether an earlier attempt was applied.
 *
 * @param {Lost} lost
 */
export function expiry({ card, before, current }) {
  const title = (before ?? card ?? current?.card)?.title ?? 'the card';
  return `Your change to “${title}” waited for so long that the server cannot tell any more whether it has it already. It was not sent again.`;
}

/**
 * Both values, side by side.
 *
 * @param {Lost} lost
 * @param {string} user
 * @returns {[string, string][]}
 */
export function versions({ card, current }, user) {
  const now = current?.card ?? null;
  const saved = !current ? 'On the board' : current.by === user ? 'Saved by you' : `Saved by ${current.by}`;
  return [[saved, describe(now, card)], ['Yours', describe(card, now)]];
}

/**
 * A card, as far as it differs from another; its column in any case.
 *
 * @param {Card | null} card
 * @param {Card | null} other
 */
function describe(card, other) {
  if (!card) {
    return 'no such card';
  }
  const title = card.title === other?.title ? '' : `“${card.title}”, `;
  const note = card.note === (other?.note ?? '') ? '' : `\n${card.note || '(no note)'}`;
  return `${title}${columnTitle(card.column)}${note}`;
}

/**
 * @param {string | undefined} title of the card; undefined: it was a comment
 * @param {import('./client.js').Problem} problem
 */
export function refusal(title, problem) {
  const what = title === undefined ? 'comment' : `change to “${title}”`;
  return `Your ${what} was not accepted: ${lower(problem.detail ?? problem.title ?? 'no reason was given')}.`;
}

/** What the button says that does a lost change after all. @param {Lost} lost */
export function again({ kind }) {
  return { add: 'Add mine', move: 'Move it anyway', edit: 'Save mine anyway', remove: 'Remove it anyway' }[kind];
}

/**
 * @param {Card | null | undefined} before
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
  if (before === undefined) {
    return `changed ${title}`;
  }
  return before && now.column === before.column ? `moved ${title} within ${columnTitle(now.column)}` : `moved ${title} to ${columnTitle(now.column)}`;
}

/**
 * @param {import('./conflicts.js').Kind} kind
 * @param {Card | null} card
 */
function meanwhile(kind, card) {
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
