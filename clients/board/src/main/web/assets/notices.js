// Messages that stay until they are answered or done with.

import { find, put, stamp } from './dom.js';

const MAX_SHOWN = 4;
const BRIEF_MS = 10_000;
/** From so many choices on, one answer may do for all. */
const MANY = 3;

/**
 * @typedef {object} Notice
 * @property {string} text
 * @property {'plain' | 'bad'} tone bad ones stay until dismissed
 * @property {[string, string][]} [versions] two values with their names: the person is to choose
 * @property {{label: string, run: () => void}} [action]
 * @property {string} [dismiss] what the other button says
 * @property {() => void} [done] it was answered, by either button
 */

export class Notices {
  #root;
  #all;
  /** What waits for a choice, and how it is left as it is. @type {Map<HTMLElement, () => void>} */
  #choices = new Map();

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#all = find(root, '.all', HTMLElement);
    find(this.#all, 'button', HTMLElement).addEventListener('click', () => {
      [...this.#choices.values()].forEach((leave) => leave());
    });
  }

  /** @param {Notice} notice */
  show({ text, tone, versions, action, dismiss = 'Dismiss', done }) {
    const element = stamp('notice-template');
    element.dataset.tone = tone;
    find(element, 'p', HTMLElement).textContent = text;
    const list = find(element, '.versions', HTMLElement);
    list.hidden = !versions;
    versions?.flat().forEach((words, index) => {
      list.children[index].textContent = words;
    });
    const answered = () => {
      element.remove();
      this.#choices.delete(element);
      this.#count();
      done?.();
    };
    const buttons = find(element, '.actions', HTMLElement);
    if (action) {
      buttons.append(button(action.label, () => {
        answered();
        action.run();
      }));
    }
    buttons.append(button(dismiss, answered));
    this.#root.append(element);
    if (versions) {
      this.#choices.set(element, answered);
      this.#count();
    }
    this.#makeRoom();
    if (tone === 'plain') {
      setTimeout(() => element.remove(), BRIEF_MS);
    }
  }

  /** Nobody is here any more to whom they matter. */
  clear() {
    this.#root.querySelectorAll('.notice').forEach((element) => element.remove());
    this.#choices.clear();
    this.#count();
  }

  #count() {
    this.#all.hidden = this.#choices.size < MANY;
    put(find(this.#all, 'span', HTMLElement), `${this.#choices.size} changes came too late`);
  }

  /** Brief ones give way; those that want an answer stay, in a list that scrolls. */
  #makeRoom() {
    const brief = [...this.#root.querySelectorAll('[data-tone="plain"]')];
    const shown = this.#root.querySelectorAll('.notice').length;
    brief.slice(0, Math.max(0, shown - MAX_SHOWN)).forEach((element) => element.remove());
  }
}

/**
 * @param {string} label
 * @param {() => void} run
 */
function button(label, run) {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = label;
  element.addEventListener('click', run);
  return element;
}
