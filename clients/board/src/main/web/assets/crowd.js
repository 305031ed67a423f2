// Draws who is here: a row of heads in the bar, and cursors over the board. Names go in as text, never as markup.

/**
 * @typedef {import('./people.js').Member} Member
 * @typedef {import('./cursors.js').OtherCursor<object>} Pointer
 * @typedef {{column: string, x: number, y: number}} Place `x` a share of the column's width, `y` pixels from its top
 */

import { find, stamp } from './dom.js';
import { hue, initials } from './people.js';

const MAX_HEADS = 8;
/** A cursor that has not moved for so long is not shown any more. */
const STILL_MS = 30_000;

export class Crowd {
  #heads;
  #board;
  /** @type {Map<string, {element: HTMLElement, place: Place, at: number}>} */
  #cursors = new Map();
  /** @type {Map<string, string>} when the pointer moved that was shown last, by pointer */
  #seen = new Map();

  /**
   * @param {HTMLElement} heads
   * @param {HTMLElement} board
   */
  constructor(heads, board) {
    this.#heads = heads;
    this.#board = board;
    board.addEventListener('scroll', () => this.#placeAll(), true);
    addEventListener('resize', () => this.#placeAll());
    setInterval(() => this.#fade(), STILL_MS / 6);
  }

  /**
   * @param {readonly Member[]} members
   * @param {number} count
   * @param {string} user who looks
   * @param {(member: Member) => string} describe
   */
  show(members, count, user, describe) {
    const shown = members.slice(0, MAX_HEADS);
    const words = shown.map((member) => `${member.user} ${member.state} ${member.mode} ${member.resource ?? ''} ${describe(member)}`);
    const key = JSON.stringify([words, count, user]);
    if (this.#heads.dataset.shown === key) {
      return;
    }
    this.#heads.dataset.shown = key;
    this.#heads.replaceChildren(...shown.map((member) => this.#head(member, member.user === user, describe(member))));
    if (count > shown.length) {
      const more = document.createElement('li');
      more.className = 'more';
      more.textContent = `+${count - shown.length}`;
      this.#heads.append(more);
    }
  }

  /**
   * @param {Member} member
   * @param {boolean} self
   * @param {string} words
   */
  #head({ user, state, mode }, self, words) {
    const item = document.createElement('li');
    item.className = 'head';
    item.dataset.state = state;
    item.dataset.mode = mode;
    item.dataset.user = user;
    item.classList.toggle('self', self);
    item.style.setProperty('--hue', String(hue(user)));
    item.title = words;
    const letters = document.createElement('span');
    letters.setAttribute('aria-hidden', 'true');
    letters.textContent = initials(user);
    const name = document.createElement('span');
    name.className = 'unseen';
    name.textContent = words;
    item.append(letters, name);
    return item;
  }

  /**
   * @param {ReadonlyMap<string, Pointer>} others
   * @param {string} user whose own other windows are left out: a hand feels where it is
   */
  point(others, user) {
    for (const [key, pointer] of others) {
      if (pointer.user !== user && this.#seen.get(key) !== pointer.at) {
        this.#seen.set(key, pointer.at);
        if (isPlace(pointer.cursor)) {
          this.#set(key, pointer.user, pointer.cursor);
        } else {
          this.#drop(key);
        }
      }
    }
    for (const key of [...this.#seen.keys()].filter((each) => !others.has(each))) {
      this.#seen.delete(key);
      this.#drop(key);
    }
  }

  /**
   * Where on the board something is, so that it is at the same card in a window of another size.
   *
   * @param {number} x
   * @param {number} y
   * @returns {Place | null}
   */
  placeOf(x, y) {
    const column = document.elementFromPoint(x, y)?.closest('section.column');
    if (!(column instanceof HTMLElement)) {
      return null;
    }
    const box = column.getBoundingClientRect();
    const scrolled = find(column, '.cards', HTMLElement).scrollTop;
    const share = Math.round(((x - box.left) / box.width) * 1000) / 1000;
    return { column: column.dataset.column ?? '', x: share, y: Math.round(y - box.top + scrolled) };
  }

  /**
   * @param {string} key
   * @param {string} user
   * @param {Place} place
   */
  #set(key, user, place) {
    let cursor = this.#cursors.get(key);
    if (!cursor) {
      const element = stamp('cursor-template');
      element.style.setProperty('--hue', String(hue(user)));
      element.dataset.user = user;
      find(element, '.name', HTMLElement).textContent = user;
      document.body.append(element);
      cursor = { element, place, at: 0 };
      this.#cursors.set(key, cursor);
    }
    cursor.place = place;
    cursor.at = Date.now();
    this.#put(cursor);
  }

  /** @param {{element: HTMLElement, place: Place}} cursor */
  #put({ element, place }) {
    const column = [...this.#board.children].find((each) => each.getAttribute('data-column') === place.column);
    const box = column?.getBoundingClientRect();
    element.hidden = !column || !box || box.width === 0;
    if (column && box) {
      const y = box.top + place.y - find(column, '.cards', HTMLElement).scrollTop;
      element.style.transform = `translate(${box.left + place.x * box.width}px, ${Math.min(y, box.bottom)}px)`;
    }
  }

  #placeAll() {
    this.#cursors.forEach((cursor) => this.#put(cursor));
  }

  #fade() {
    const now = Date.now();
    for (const [key, { at }] of this.#cursors) {
      if (now - at > STILL_MS) {
        this.#drop(key);
      }
    }
  }

  /** @param {string} key */
  #drop(key) {
    this.#cursors.get(key)?.element.remove();
    this.#cursors.delete(key);
  }
}

/**
 * Whether it is a place at all: any client may have sent it.
 *
 * @param {unknown} cursor
 * @returns {cursor is Place}
 */
function isPlace(cursor) {
  if (typeof cursor !== 'object' || cursor === null) {
    return false;
  }
  const { column, x, y } = /** @type {Record<string, unknown>} */ (cursor);
  return typeof column === 'string' && Number.isFinite(x) && Number.isFinite(y);
}
