// Columns and cards on the page. All text of people goes in as text, never as markup.

/** @typedef {import('./cards.js').Shown} Shown */

import { COLUMNS, columnTitle } from './cards.js';
import { find, put, stamp, still } from './dom.js';
import { talked } from './words.js';

const GLIDE = { duration: 180, easing: 'cubic-bezier(.2, .7, .3, 1)' };

/**
 * Renders the whole board from what is to be seen, touching only what differs. A card's element lives as long as the
 * card is shown, so that focus, hover and scrolling stay where they are.
 */
export class View {
  /** True while elements are moved about, which makes the browser take focus away and give it back. */
  rendering = false;
  #root;
  /** @type {Map<string, HTMLElement>} list items by key */
  #items = new Map();
  /** The card that the Tab key leads to. */
  #tabStop = '';

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    for (const { id, title } of COLUMNS) {
      const column = stamp('column-template');
      column.dataset.column = id;
      const heading = find(column, 'h2', HTMLElement);
      heading.textContent = title;
      heading.id = `column-${id}`;
      find(column, '.cards', HTMLElement).setAttribute('aria-labelledby', heading.id);
      find(column, '.composer input', HTMLInputElement).setAttribute('aria-label', `Add a card to ${title}`);
      root.append(column);
    }
    root.addEventListener('focusin', (event) => {
      const item = event.target instanceof Element ? event.target.closest('li') : null;
      if (item) {
        this.#stopAt(item.dataset.key ?? '');
      }
    });
  }

  /**
   * @param {Map<string, Shown[]>} columns
   * @param {string | undefined} lifted key of the card that is picked up
   * @param {(shown: Shown) => string} provenance
   * @param {(key: string) => string} activity what others do about a card; empty: nothing
   */
  render(columns, lifted, provenance, activity = () => '') {
    const focused = this.#focusedKey();
    const before = still() ? null : this.#places();
    this.rendering = true;
    const shown = new Set();
    for (const [id, cards] of columns) {
      const list = this.#list(id);
      cards.forEach((card, index) => {
        shown.add(card.key);
        const item = this.#item(card.key);
        this.#fill(item, card, provenance(card), card.key === lifted);
        const others = activity(card.key);
        put(find(item, '.activity', HTMLElement), others);
        item.classList.toggle('busy', others !== '');
        item.firstElementChild?.setAttribute('aria-label', `${card.card.title}, ${columnTitle(id)}, ${index + 1} of ${cards.length}`);
        if (list.children[index] !== item) {
          list.insertBefore(item, list.children[index] ?? null);
        }
      });
      find(list.parentElement ?? list, '.count', HTMLElement).textContent = cards.length > 0 ? String(cards.length) : '';
    }
    const heir = focused && !shown.has(focused) ? this.#neighbour(focused, shown) : focused;
    this.#removeOthers(shown);
    if (heir && this.#focusedKey() !== heir) {
      this.focus(heir, true);
    }
    this.#stopAt(shown.has(this.#tabStop) ? this.#tabStop : (shown.values().next().value ?? ''));
    this.rendering = false;
    this.#glide(before, lifted);
  }

  /**
   * @param {string} column
   * @returns {string[]} keys of the cards in it, from top to bottom
   */
  keys(column) {
    return Array.from(this.#list(column).children, (item) => /** @type {HTMLElement} */ (item).dataset.key ?? '');
  }

  /**
   * @param {string} [key]
   * @param {boolean} [quietly] without scrolling to it
   */
  focus(key, quietly = false) {
    this.article(key ?? '')?.focus({ preventScroll: quietly });
  }

  /**
   * @param {string} key
   * @returns {HTMLElement | null}
   */
  article(key) {
    return this.#items.get(key)?.querySelector('article') ?? null;
  }

  /** @param {string} id of a column */
  #list(id) {
    return find(this.#root, `[data-column="${id}"] .cards`, HTMLElement);
  }

  /** @param {string} key */
  #item(key) {
    let item = this.#items.get(key);
    if (!item) {
      item = stamp('card-template');
      item.dataset.key = key;
      this.#items.set(key, item);
    }
    return item;
  }

  /**
   * @param {HTMLElement} item
   * @param {Shown} shown
   * @param {string} meta
   * @param {boolean} lifted
   */
  #fill(item, { card, pending, comments }, meta, lifted) {
    put(find(item, '.open', HTMLElement), card.title);
    put(find(item, '.note', HTMLElement), card.note);
    put(find(item, '.meta', HTMLElement), meta);
    put(find(item, '.talk', HTMLElement), talked(comments));
    const article = find(item, 'article', HTMLElement);
    article.classList.toggle('pending', pending);
    article.classList.toggle('lifted', lifted);
  }

  /** @param {Set<unknown>} shown */
  #removeOthers(shown) {
    for (const [key, item] of this.#items) {
      if (!shown.has(key)) {
        item.remove();
        this.#items.delete(key);
      }
    }
  }

  #focusedKey() {
    const active = document.activeElement;
    return active?.closest('article.card')?.closest('li')?.dataset.key;
  }

  /**
   * Who gets the focus of a card that goes.
   *
   * @param {string} key
   * @param {Set<unknown>} shown
   */
  #neighbour(key, shown) {
    const item = this.#items.get(key);
    const siblings = Array.from(item?.parentElement?.children ?? []);
    const at = siblings.indexOf(/** @type {HTMLElement} */ (item));
    const keys = [...siblings.slice(at), ...siblings.slice(0, at).reverse()].map((each) => each.getAttribute('data-key') ?? '');
    return keys.find((each) => shown.has(each));
  }

  /** @param {string} key */
  #stopAt(key) {
    this.article(this.#tabStop)?.setAttribute('tabindex', '-1');
    this.#tabStop = key;
    this.article(key)?.setAttribute('tabindex', '0');
  }

  #places() {
    return new Map(Array.from(this.#items, ([key, item]) => [key, item.getBoundingClientRect()]));
  }

  /**
   * Lets cards glide within their column and appear in another, so that the eye can follow.
   *
   * @param {Map<string, DOMRect> | null} before
   * @param {string | undefined} lifted
   */
  #glide(before, lifted) {
    for (const [key, from] of before ?? []) {
      const item = this.#items.get(key);
      const to = item?.getBoundingClientRect();
      if (!item || !to || key === lifted) {
        continue;
      }
      if (from.x !== to.x) {
        item.animate([{ opacity: 0, transform: 'scale(.95)' }, { opacity: 1, transform: 'none' }], GLIDE);
      } else if (from.y !== to.y) {
        item.animate([{ transform: `translateY(${from.y - to.y}px)` }, { transform: 'none' }], GLIDE);
      }
    }
  }
}
