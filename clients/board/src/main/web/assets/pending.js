// What this window has asked for and not yet seen come back, laid over the board so that a move shows at once.

/**
 * @typedef {import('./board.js').Board} Board
 * @typedef {import('./board.js').ChannelEvent} ChannelEvent
 * @typedef {import('./cards.js').Card} Card
 * @typedef {import('./cards.js').Item} Item
 * @typedef {import('./cards.js').Shown} Shown
 *
 * @typedef {'add' | 'move' | 'edit' | 'remove'} Kind
 * @typedef {{revision: number} | {after: Change}} Basis
 *     What the person saw when deciding: a revision of the card (0: none), or the outcome of an earlier change.
 *
 * @typedef {object} Change
 * @property {string} id the Idempotency-Key of every attempt, and the `ref` by which its event is recognised
 * @property {string} key which card
 * @property {Kind} kind
 * @property {Card | null} card the card after it; null: removed
 * @property {Card | null} before the card as it was seen; null: there was none
 * @property {Basis} basis
 * @property {number} [seq] where it stands in the channel; absent until that is known
 */

/**
 * The queue of changes and the answers that ran ahead of the tail. A change leaves the queue when its outcome is known,
 * by the answer to its request or by its own event on the tail, whichever comes first: both carry its id and seq.
 */
export class Pending {
  /** @type {Change[]} */
  #changes = [];
  /** @type {Map<string, Item>} what answers told of a card, until the tail has come as far */
  #ahead = new Map();

  get size() {
    return this.#changes.length;
  }

  /** The change to send next: they go one after the other, in the order in which they were made. */
  get first() {
    return this.#changes[0];
  }

  /** @param {Change} change */
  add(change) {
    this.#changes.push(change);
  }

  /**
   * What a change decided now is based on.
   *
   * @param {Board} board
   * @param {string} key
   * @returns {Basis}
   */
  basis(board, key) {
    const last = this.#changes.findLast((change) => change.key === key);
    return last ? { after: last } : { revision: this.#latest(board, key)?.revision ?? 0 };
  }

  /**
   * A write was acknowledged, or its event came by.
   *
   * @param {ChannelEvent} event the receipt or the event
   * @param {Item} item the same as an item
   * @returns {boolean} whether it was one of ours that waited for that
   */
  settle(event, item) {
    const change = this.#changes.find(({ id }) => id === event.ref);
    if (!change) {
      return false;
    }
    change.seq = event.seq;
    this.#changes.splice(this.#changes.indexOf(change), 1);
    this.#learn(change.key, item);
    return true;
  }

  /**
   * A write was refused: it goes, and with it what was built upon it.
   *
   * @param {Change} change
   * @param {Item} [current] the agreed value, when the answer told it
   * @returns {Change[]} all that went, the refused one first
   */
  drop(change, current) {
    const gone = new Set([change]);
    for (const later of this.#changes) {
      if ('after' in later.basis && gone.has(later.basis.after)) {
        gone.add(later);
      }
    }
    this.#changes = this.#changes.filter((each) => !gone.has(each));
    if (current) {
      this.#learn(change.key, current);
    }
    return [...gone];
  }

  /**
   * The tail has come to `seq`: answers up to there are part of the board.
   *
   * @param {number} seq
   */
  reached(seq) {
    for (const [key, item] of this.#ahead) {
      if (item.revision <= seq) {
        this.#ahead.delete(key);
      }
    }
  }

  /** The board was replaced by a snapshot, perhaps of a restored log: answers of before prove nothing any more. */
  forget() {
    this.#ahead.clear();
  }

  /**
   * The cards as this window shows them: the board, what answers told beyond it, and what is on its way.
   *
   * @param {Board} board
   * @returns {Map<string, Shown>}
   */
  over(board) {
    /** @type {Map<string, Shown>} */
    const shown = new Map();
    for (const key of new Set([...board.items.keys(), ...this.#ahead.keys()])) {
      const item = this.#latest(board, key);
      if (item?.card) {
        shown.set(key, { key, ...item, card: item.card, pending: false });
      }
    }
    for (const { key, card } of this.#changes) {
      const item = this.#latest(board, key);
      if (card) {
        shown.set(key, { key, revision: item?.revision ?? 0, card, by: '', at: '', pending: true });
      } else {
        shown.delete(key);
      }
    }
    return shown;
  }

  /**
   * @param {Board} board
   * @param {string} key
   */
  #latest(board, key) {
    const known = board.items.get(key);
    const told = this.#ahead.get(key);
    return told && told.revision > (known?.revision ?? 0) ? told : known;
  }

  /**
   * @param {string} key
   * @param {Item} item
   */
  #learn(key, item) {
    if (item.revision > (this.#ahead.get(key)?.revision ?? 0)) {
      this.#ahead.set(key, item);
    }
  }
}

/**
 * The revision that a change is conditional on.
 *
 * @param {Change} change whose predecessor, if any, has settled
 * @returns {number} 0: the card must not exist
 */
export function ifMatch({ basis }) {
  return 'after' in basis ? (basis.after.seq ?? 0) : basis.revision;
}
