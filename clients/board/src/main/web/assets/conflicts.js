// Changes that came too late: what was asked for, beside what stands. No I/O, no DOM.

/**
 * @typedef {import('./cards.js').Card} Card
 * @typedef {'add' | 'move' | 'edit' | 'remove'} Kind
 *
 * @typedef {object} Lost
 * @property {Kind} kind
 * @property {string} key which card
 * @property {Card | null} card as it was to be; null: removed
 * @property {Card | null | undefined} before as the person saw it; undefined: the page was loaded since
 * @property {{revision: number, card: Card | null, by: string} | null} current what stands now; null: there never was such a card
 */

export const TYPES = Object.freeze({ add: 'card.added', move: 'card.moved', edit: 'card.edited', remove: 'card.removed' });

/**
 * @param {string} type of an event
 * @returns {Kind}
 */
export function kindOf(type) {
  const found = Object.entries(TYPES).find(([, each]) => each === type);
  return /** @type {Kind} */ (found?.[0] ?? 'edit');
}

/**
 * Whether the person has what they wanted all the same, since others wanted it too: nobody has to be asked. Where exactly
 * in a column a card stands does not count, unless that was all that they changed.
 *
 * @param {Lost} lost
 */
export function agreed({ card, before, current }) {
  const now = current?.card ?? null;
  if (!card || !now) {
    return card === now;
  }
  const same = card.title === now.title && card.note === now.note && card.column === now.column;
  return same && (card.rank === now.rank || card.column !== before?.column);
}

/**
 * A lost change, made of what stands now: a move takes the title as it is now, an edit the place.
 *
 * @param {Lost} lost
 * @returns {Card | null}
 */
export function redone({ kind, before, card, current }) {
  const now = current?.card;
  if (!card || !now) {
    return card;
  }
  const { title, note, column, rank } = card;
  const moved = kind === 'move' || (before && column !== before.column) ? { column, rank } : {};
  return { ...now, ...moved, ...(kind === 'move' ? {} : { title, note }) };
}
