// Messages that stay until they are answered or done with.

import { find, stamp } from './dom.js';

const MAX_SHOWN = 4;
const BRIEF_MS = 10_000;

/**
 * @typedef {object} Notice
 * @property {string} text
 * @property {'plain' | 'bad'} tone bad ones stay until dismissed
 * @property {{label: string, run: () => void}} [action]
 */

export class Notices {
  #root;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {Notice} notice */
  show({ text, tone, action }) {
    const element = stamp('notice-template');
    element.dataset.tone = tone;
    find(element, 'p', HTMLElement).textContent = text;
    const buttons = find(element, '.actions', HTMLElement);
    if (action) {
      buttons.append(this.#button(action.label, element, action.run));
    }
    buttons.append(this.#button('Dismiss', element));
    this.#root.append(element);
    while (this.#root.children.length > MAX_SHOWN) {
      this.#root.firstElementChild?.remove();
    }
    if (tone === 'plain') {
      setTimeout(() => element.remove(), BRIEF_MS);
    }
  }

  /**
   * @param {string} label
   * @param {HTMLElement} notice
   * @param {() => void} [run]
   */
  #button(label, notice, run) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    button.addEventListener('click', () => {
      notice.remove();
      run?.();
    });
    return button;
  }
}
