// What a card is, and how cards stand in columns. No I/O, no DOM.

/**
 * @typedef {{title: string, note: string, column: string, rank: string}} Card
 *     `column` is the id of one of {@link COLUMNS}; within it cards stand in the order of `rank`, then of their keys.
 * @typedef {{key: string, revision: number, card: Card, by: string, at: string, pending: boolean, comments: number}} Shown
 *     A card as the page shows it; `pending` until the server has answered.
 */

import { compare } from './rank.js';

/** The columns of the roadmap, from far to done. */
export const COLUMNS = Object.freeze([
  { id: 'later', title: 'Later' },
  { id: 'next', title: 'Next' },
  { id: 'now', title: 'Now' },
  { id: 'done', title: 'Done' },
]);

/** @param {string} id */
export function columnTitle(id) {
  return COLUMNS.find((column) => column.id === id)?.title ?? COLUMNS[0].title;
}

/**
 * Reads a card from an event's data, which any client may have written: what is missing or strange gets a harmless
 * value, what we know nothing of stays, to be written back with the next change, and what is no card at all is none.
 *
 * @param {string} type the event's type
 * @param {unknown} data
 * @returns {Card | null}
 */
export function readCard(type, data) {
  if (type === 'card.removed' || typeof data !== 'object' || data === null) {
    return null;
  }
  const { title, note, column, rank } = /** @type {Record<string, unknown>} */ (data);
  return {
    ...data,
    title: typeof title === 'string' && title ? title : 'Untitled',
    note: typeof note === 'string' ? note : '',
    column: COLUMNS.some(({ id }) => id === column) ? /** @type {string} */ (column) : COLUMNS[0].id,
    rank: typeof rank === 'string' ? rank : '',
  };
}

/** A key that no other card has. `crypto.randomUUID` would not do: pages that are not served securely lack it. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `card:${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/**
 * Cards by column, each in its order.
 *
 * @param {Iterable<Shown>} cards
 * @returns {Map<string, Shown[]>}
 */
export function byColumn(cards) {
  /** @type {Map<string, Shown[]>} */
  const columns = new Map(COLUMNS.map(({ id }) => [id, []]));
  for (const shown of cards) {
    columns.get(shown.card.column)?.push(shown);
  }
  for (const column of columns.values()) {
    column.sort((a, b) => compare(a.card.rank, b.card.rank) || compare(a.key, b.key));
  }
  return columns;
}
