// Messages that stay until they are answered or done with.

import { find, stamp } from './dom.js';

const MAX_SHOWN = 4;
const BRIEF_MS = 10_000;

/**
 * @typedef {object} Notice
 * @property {string} text
 * @property {'plain' | 'bad'} tone bad ones stay until dismissed
 * @property {[string, string][]} [versions] what stands beside what, each with its name; two of them
 * @property {{label: string, run: () => void}} [action]
 * @property {string} [dismiss] what the other button says
 * @property {() => void} [done] it was answered, by either button
 */

export class Notices {
  #root;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
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
    const buttons = find(element, '.actions', HTMLElement);
    const answered = () => {
      element.remove();
      done?.();
    };
    if (action) {
      buttons.append(button(action.label, () => {
        answered();
        action.run();
      }));
    }
    buttons.append(button(dismiss, answered));
    this.#root.append(element);
    this.#makeRoom();
    if (tone === 'plain') {
      setTimeout(() => element.remove(), BRIEF_MS);
    }
  }

  /** Brief ones give way; those that want an answer stay, in a list that scrolls. */
  #makeRoom() {
    const brief = [...this.#root.querySelectorAll('[data-tone="plain"]')];
    brief.slice(0, Math.max(0, this.#root.children.length - MAX_SHOWN)).forEach((element) => element.remove());
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
