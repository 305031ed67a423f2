// The form of one card.

/**
 * @typedef {import('./cards.js').Card} Card
 * @typedef {import('./cards.js').Shown} Shown
 * @typedef {import('./workspace.js').Basis} Basis
 */

import { COLUMNS } from './cards.js';
import { find } from './dom.js';

/** What a change is based on is what the person saw when the form opened. */
export class Editor {
  #dialog = find(document, '#editor', HTMLDialogElement);
  #form = find(this.#dialog, 'form', HTMLFormElement);
  #title = find(this.#form, '#card-title', HTMLInputElement);
  #note = find(this.#form, '#card-note', HTMLTextAreaElement);
  #column = find(this.#form, '#card-column', HTMLSelectElement);
  /** @type {{shown: Shown, basis: Basis} | null} */
  #subject = null;
  #opened;

  /**
   * @param {object} actions
   * @param {(shown: Shown, card: Card, basis: Basis) => void} actions.save
   * @param {(shown: Shown, basis: Basis) => void} actions.remove
   * @param {(key: string) => void} actions.editing which card is open; empty: none
   * @param {() => void} actions.typing
   */
  constructor(actions) {
    this.#column.append(...COLUMNS.map(({ id, title }) => new Option(title, id)));
    this.#form.addEventListener('submit', () => {
      if (this.#subject) {
        const { shown, basis } = this.#subject;
        actions.save(shown, this.#filledIn(shown.card), basis);
      }
    });
    this.#form.addEventListener('input', () => actions.typing());
    this.#dialog.addEventListener('close', () => actions.editing(''));
    this.#opened = actions.editing;
    find(this.#form, '[name="cancel"]', HTMLButtonElement).addEventListener('click', () => this.#dialog.close());
    find(this.#form, '[name="remove"]', HTMLButtonElement).addEventListener('click', () => {
      this.#dialog.close();
      if (this.#subject) {
        actions.remove(this.#subject.shown, this.#subject.basis);
      }
    });
  }

  /**
   * @param {Shown} shown
   * @param {Basis} basis
   */
  open(shown, basis) {
    this.#subject = { shown, basis };
    this.#title.value = shown.card.title;
    this.#note.value = shown.card.note;
    this.#column.value = shown.card.column;
    this.#dialog.showModal();
    this.#opened(shown.key);
    this.#title.select();
  }

  /** What was filled in is not saved. */
  close() {
    this.#dialog.close();
  }

  /** @param {Card} card */
  #filledIn(card) {
    return { ...card, title: this.#title.value.trim() || card.title, note: this.#note.value.trim(), column: this.#column.value };
  }
}
