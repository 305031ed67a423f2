// The person's hand: at most one card is picked up, whichever way, and says so.

/**
 * @typedef {import('./workspace.js').Workspace} Workspace
 */

import { byColumn } from './cards.js';
import { Lift } from './lift.js';
import { place } from './words.js';

export class Hand {
  /** @type {Lift | null} */
  lift = null;
  #workspace;
  #render;
  #announce;

  /**
   * @param {Workspace} workspace
   * @param {() => void} render
   * @param {(words: string) => void} announce
   */
  constructor(workspace, render, announce) {
    this.#workspace = workspace;
    this.#render = render;
    this.#announce = announce;
  }

  /**
   * @param {string} key
   * @returns {boolean} false when there is no such card any more
   */
  pick(key) {
    const cards = this.#workspace.cards;
    const shown = cards.get(key);
    if (!shown) {
      return false;
    }
    const column = byColumn(cards.values()).get(shown.card.column) ?? [];
    const index = column.findIndex((each) => each.key === key);
    this.lift = new Lift(shown, this.#workspace.basis(key), index);
    this.#announce(`Picked up ${shown.card.title}. ${place(shown.card, index, column.length)}.`);
    this.#render();
    return true;
  }

  /**
   * Carries the card elsewhere; nothing is written yet.
   *
   * @param {string} column
   * @param {number} index not counting the card itself
   */
  carry(column, index) {
    const lift = this.lift;
    if (!lift || (lift.column === column && lift.index === index)) {
      return;
    }
    lift.column = column;
    lift.index = index;
    const { length } = lift.over(this.#workspace.cards.values()).get(column) ?? [];
    this.#announce(place({ ...lift.shown.card, column }, lift.index, length));
    this.#render();
  }

  /** Puts the card down where it is now. */
  drop() {
    const lift = this.lift;
    if (!lift) {
      return;
    }
    this.lift = null;
    const cards = this.#workspace.cards;
    const card = lift.landed(cards.values());
    if (card) {
      this.#workspace.change('move', lift.shown.key, lift.shown.card, card, lift.basis);
      const { length } = lift.over(cards.values()).get(lift.column) ?? [];
      this.#announce(`Moved ${card.title} to ${place(card, lift.index, length)}.`);
    } else {
      this.#announce(`Put ${lift.shown.card.title} down where it was.`);
    }
    this.#render();
  }

  /** Takes the card back to where it was. */
  cancel() {
    if (this.lift) {
      this.#announce(`${this.lift.shown.card.title} stays where it was.`);
      this.lift = null;
      this.#render();
    }
  }
}
