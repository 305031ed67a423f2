// The comments of the card that is open, as the client follows them.

/**
 * @typedef {import('./client.js').Tailrace} Tailrace
 */

import { COMMENTED, commentsOf, conversationOf, MAX_SHOWN, readComment, standingOf } from './comments.js';

/** At most one card's comments are followed; they outlive the session, so that a card may stay open while one signs in. */
export class Conversation {
  #board;
  #changed;
  /** @type {Tailrace | null} */
  #client = null;
  #key = '';
  /** @type {ReturnType<Conversation['follow']>} */
  #followed = null;

  /**
   * @param {string} board its name
   * @param {() => void} changed
   */
  constructor(board, changed) {
    this.#board = board;
    this.#changed = changed;
  }

  /** @param {Tailrace | null} client null: nobody is signed in */
  over(client) {
    this.#client = client;
    this.open(this.#key);
  }

  /** @param {string} key of the card; empty: none is open */
  open(key) {
    this.#followed?.end();
    this.#key = key;
    this.#followed = this.follow(key);
    this.#changed();
  }

  get comments() {
    return commentsOf(this.#followed?.recent.value.items.values() ?? []);
  }

  /** How it stands with them. */
  get state() {
    const state = this.#followed?.recent.value;
    const name = this.#client?.connection.value.name;
    return state ? standingOf(state, name !== 'offline' && name !== 'unauthorized') : 'stale';
  }

  /**
   * @param {string} key of the card
   * @param {string} text
   */
  say(key, text) {
    const name = conversationOf(this.#board, key);
    if (name) {
      this.#client?.channel(name).write(COMMENTED, { text });
    }
  }

  /**
   * @param {string} key
   * @protected
   */
  follow(key) {
    const name = key && conversationOf(this.#board, key);
    if (!name || !this.#client) {
      return null;
    }
    const recent = this.#client.channel(name).recent({ read: readComment, limit: MAX_SHOWN });
    return { recent, end: recent.subscribe(this.#changed) };
  }
}
