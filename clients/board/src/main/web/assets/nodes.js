// The nodes that may be asked. Any of them serves any request; the page stays with one while it answers.

export class Nodes {
  #origins;
  #current = 0;

  /** @param {string[]} origins at least one */
  constructor(origins) {
    this.#origins = origins;
  }

  get current() {
    return this.#origins[this.#current];
  }

  get count() {
    return this.#origins.length;
  }

  /**
   * A node did not answer: the next one's turn, unless somebody noticed before.
   *
   * @param {string} origin
   */
  failed(origin) {
    if (origin === this.current) {
      this.#current = (this.#current + 1) % this.#origins.length;
    }
  }
}
