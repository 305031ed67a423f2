// A card that is picked up, by pointer or by keys: where it would come to stand, until it is put down or taken back.

/**
 * @typedef {import('./cards.js').Shown} Shown
 * @typedef {import('./workspace.js').Basis} Basis
 */

import { byColumn } from './cards.js';
import { rankAt } from './rank.js';

/** One lift. What it is based on is what the person saw when picking the card up. */
export class Lift {
  /** @type {Shown} */
  shown;
  /** @type {Basis} */
  basis;
  column;
  /** Place in the column, not counting the card itself. */
  index;

  /**
   * @param {Shown} shown
   * @param {Basis} basis
   * @param {number} index where it stands
   */
  constructor(shown, basis, index) {
    this.shown = shown;
    this.basis = basis;
    this.column = shown.card.column;
    this.index = index;
  }

  /**
   * The columns with the card where it would come to stand.
   *
   * @param {Iterable<Shown>} cards
   */
  over(cards) {
    const columns = this.others(cards);
    const column = columns.get(this.column) ?? [];
    this.index = Math.max(0, Math.min(this.index, column.length));
    column.splice(this.index, 0, this.shown);
    return columns;
  }

  /**
   * The columns without the card.
   *
   * @param {Iterable<Shown>} cards
   */
  others(cards) {
    return byColumn([...cards].filter(({ key }) => key !== this.shown.key));
  }

  /**
   * The card as it would be; null when that is where it stands already.
   *
   * @param {Iterable<Shown>} cards
   */
  landed(cards) {
    const all = [...cards];
    const others = this.others(all).get(this.column) ?? [];
    const here = (byColumn(all).get(this.column) ?? []).findIndex(({ key }) => key === this.shown.key);
    if (here === this.index) {
      return null;
    }
    const rank = rankAt(others.map(({ card }) => card.rank), this.index);
    return { ...this.shown.card, column: this.column, rank };
  }
}
