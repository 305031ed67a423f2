// The comments of the card whose form is open. What people wrote goes in as text, never as markup.

/**
 * @typedef {import('./comments.js').Comment} Comment
 */

import { MAX_TEXT } from './comments.js';
import { find, put, stamp } from './dom.js';

export class Talk {
  #section = find(document, '#comments', HTMLElement);
  #log = find(this.#section, '.log', HTMLElement);
  #list = find(this.#log, 'ol', HTMLElement);
  #state = find(this.#section, '#comments-state', HTMLElement);
  #text = find(this.#section, 'textarea', HTMLTextAreaElement);
  /** @type {Map<string, string>} what was begun and not sent, by card */
  #drafts = new Map();
  #key = '';

  /**
   * @param {object} actions
   * @param {(key: string, text: string) => void} actions.say
   * @param {() => void} actions.typing
   */
  constructor(actions) {
    const form = find(this.#section, 'form', HTMLFormElement);
    this.#text.maxLength = MAX_TEXT;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#text.value.trim();
      if (text) {
        this.#text.value = '';
        actions.say(this.#key, text);
        this.#log.scrollTop = this.#log.scrollHeight;
      }
    });
    form.addEventListener('input', () => actions.typing());
    this.#text.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
  }

  /**
   * @param {string} key of the card
   * @param {boolean} possible whether it can have comments
   */
  open(key, possible) {
    this.close();
    this.#key = key;
    this.#section.hidden = !possible;
    this.#text.value = this.#drafts.get(key) ?? '';
    this.#list.replaceChildren();
  }

  close() {
    const draft = this.#text.value;
    if (draft.trim()) {
      this.#drafts.set(this.#key, draft);
    } else {
      this.#drafts.delete(this.#key);
    }
    this.#key = '';
  }

  /** Forgets what was begun and not sent. */
  clear() {
    this.#drafts.clear();
    this.#text.value = '';
  }

  /**
   * Shows them, touching only what differs: a screen reader reads out what is added, but not what was there before.
   *
   * @param {Comment[]} comments
   * @param {(comment: Comment) => string} provenance
   * @param {string} state how it stands with them; empty: nothing to say
   * @param {boolean} settled whether what is added from now on is news
   */
  show(comments, provenance, state, settled) {
    const below = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 8;
    const items = new Map(Array.from(this.#list.children, (item) => [item.getAttribute('data-id'), item]));
    comments.forEach((comment, index) => {
      const { id } = comment;
      const item = /** @type {HTMLElement} */ (items.get(id) ?? stamp('comment-template'));
      items.delete(id);
      item.dataset.id = id;
      item.classList.toggle('pending', comment.pending);
      put(find(item, '.who', HTMLElement), provenance(comment));
      put(find(item, '.text', HTMLElement), comment.text);
      if (this.#list.children[index] !== item) {
        this.#list.insertBefore(item, this.#list.children[index] ?? null);
      }
    });
    items.forEach((item) => item.remove());
    put(this.#state, state);
    if (below) {
      this.#log.scrollTop = this.#log.scrollHeight;
    }
    this.#log.setAttribute('aria-live', settled ? 'polite' : 'off');
  }
}
