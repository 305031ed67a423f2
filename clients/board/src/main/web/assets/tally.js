// How many comments each card has, as the board itself says: following the comments of all cards for that would be dear.

/**
 * @typedef {import('./client.js').Write} Write
 */

import { COMMENTED, DISCUSSED } from './comments.js';

/**
 * Whoever has said something says so on the board, once it is known to be there. The number only grows: it is written on
 * what stood before, and again if somebody else was faster.
 */
export class Tally {
  #prefix;
  #channel;
  #known;
  /** @type {WeakSet<Write>} comments whose outcome is awaited */
  #awaited = new WeakSet();

  /**
   * @param {string} board its name
   * @param {import('./client.js').Channel<any>} channel of the board
   * @param {{count: (key: string) => number, basis: (key: string) => Write | number | '0'}} known what the board says so far
   */
  constructor(board, channel, known) {
    this.#prefix = `chat:${board}.`;
    this.#channel = channel;
    this.#known = known;
  }

  /** @param {readonly Write[]} pending all writes on their way, of earlier pages too */
  watch(pending) {
    for (const write of pending) {
      if (write.type === COMMENTED && write.channel.startsWith(this.#prefix) && !this.#awaited.has(write)) {
        this.#awaited.add(write);
        const key = `talk:${write.channel.slice(this.#prefix.length)}`;
        write.settled.then((outcome) => (outcome.kind === 'committed' ? this.#tell(key, outcome.receipt.seq) : undefined));
      }
    }
  }

  /**
   * @param {string} key
   * @param {number} comments
   */
  async #tell(key, comments) {
    let lost = true;
    while (lost && this.#known.count(key) < comments) {
      const write = this.#channel.write(DISCUSSED, { comments }, { key, ifMatch: this.#known.basis(key) });
      lost = (await write.settled).kind === 'conflict';
    }
  }
}
