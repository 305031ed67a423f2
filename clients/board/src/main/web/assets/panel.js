// How the connection stands, for who wants to know more than a word.

/**
 * @typedef {import('./workspace.js').Condition} Condition
 */

import { find, put } from './dom.js';
import { details } from './words.js';

export class Panel {
  #root = find(document, '#panel', HTMLDetailsElement);
  #signOut = find(this.#root, '#sign-out', HTMLButtonElement);

  /** @param {() => void} signOut */
  constructor(signOut) {
    this.#signOut.addEventListener('click', () => {
      this.#root.open = false;
      signOut();
    });
    this.#root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.#root.open) {
        this.#root.open = false;
        find(this.#root, 'summary', HTMLElement).focus();
      }
    });
    addEventListener('pointerdown', ({ target }) => {
      if (target instanceof Node && !this.#root.contains(target)) {
        this.#root.open = false;
      }
    });
  }

  /**
   * @param {Condition} condition
   * @param {string} user who is signed in; empty: nobody
   */
  show(condition, user) {
    for (const [row, words] of Object.entries(details(condition))) {
      put(find(this.#root, `[data-row="${row}"]`, HTMLElement), words);
    }
    put(this.#signOut, user ? `Sign out ${user}` : 'Sign out');
    this.#signOut.hidden = !condition.signedIn;
  }
}
