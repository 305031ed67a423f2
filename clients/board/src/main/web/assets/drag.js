// The board by pointer: a mouse drags a card anywhere, a finger or a pen by its grip, so that cards can be scrolled over.

/**
 * @typedef {import('./hand.js').Hand} Hand
 * @typedef {import('./view.js').View} View
 * @typedef {{key: string, pointer: number, x: number, y: number, ghost: HTMLElement | null, dx: number, dy: number}} Drag
 */

import { keyOf } from './dom.js';

/** Pixels before a press becomes a drag. */
const SLACK = 6;
/** Within so many pixels of an edge the board or a column scrolls along. */
const EDGE = 48;
const SCROLL_STEP = 14;

/**
 * @param {HTMLElement} root
 * @param {View} view
 * @param {Hand} hand
 * @param {(key: string) => void} open what a press without a drag does
 */
export function listenToPointer(root, view, hand, open) {
  /** @type {Drag | null} */
  let drag = null;
  let frame = 0;

  root.addEventListener('pointerdown', (event) => {
    const key = keyOf(event.target);
    const grip = event.target instanceof Element && event.target.matches('.grip');
    if (key && !drag && event.isPrimary && event.button === 0 && (grip || event.pointerType === 'mouse')) {
      drag = { key, pointer: event.pointerId, x: event.clientX, y: event.clientY, ghost: null, dx: 0, dy: 0 };
    }
  });

  root.addEventListener('click', (event) => {
    const key = keyOf(event.target);
    if (key && !root.classList.contains('dragging')) {
      open(key);
    }
  });

  addEventListener('pointermove', (event) => {
    if (!drag || event.pointerId !== drag.pointer) {
      return;
    }
    if (!drag.ghost && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < SLACK) {
      return;
    }
    if (!drag.ghost && !begin(drag)) {
      drag = null;
      return;
    }
    drag.x = event.clientX;
    drag.y = event.clientY;
    follow(drag);
  });

  addEventListener('pointerup', (event) => end(event, true));
  addEventListener('pointercancel', (event) => end(event, false));
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && drag) {
      finish(false);
    }
  });

  /** @param {Drag} drag */
  function begin(drag) {
    const article = view.article(drag.key);
    if (!article || !hand.pick(drag.key)) {
      return false;
    }
    const box = article.getBoundingClientRect();
    const ghost = /** @type {HTMLElement} */ (article.cloneNode(true));
    ghost.classList.remove('lifted');
    ghost.classList.add('ghost');
    ghost.setAttribute('aria-hidden', 'true');
    ghost.style.width = `${box.width}px`;
    drag.dx = drag.x - box.x;
    drag.dy = drag.y - box.y;
    drag.ghost = ghost;
    document.body.append(ghost);
    document.documentElement.classList.add('dragging');
    root.classList.add('dragging');
    frame = requestAnimationFrame(scrollAlong);
    return true;
  }

  /** @param {Drag} drag */
  function follow({ key, x, y, dx, dy, ghost }) {
    if (ghost) {
      ghost.style.transform = `translate(${x - dx}px, ${y - dy}px)`;
    }
    const column = columnAt(root, x);
    if (column) {
      hand.carry(column.dataset.column ?? '', indexAt(column, y, key));
    }
  }

  function scrollAlong() {
    if (!drag) {
      return;
    }
    const column = columnAt(root, drag.x);
    const across = pull(drag.x, root.getBoundingClientRect(), 'left', 'right');
    const list = column?.querySelector('.cards');
    const down = list ? pull(drag.y, list.getBoundingClientRect(), 'top', 'bottom') : 0;
    if (across || down) {
      root.scrollBy(across, 0);
      list?.scrollBy(0, down);
      follow(drag);
    }
    frame = requestAnimationFrame(scrollAlong);
  }

  /**
   * @param {PointerEvent} event
   * @param {boolean} dropped
   */
  function end(event, dropped) {
    if (drag?.pointer === event.pointerId) {
      finish(dropped);
    }
  }

  /** @param {boolean} dropped */
  function finish(dropped) {
    const ghost = drag?.ghost;
    const key = drag?.key;
    drag = null;
    if (!ghost) {
      return;
    }
    cancelAnimationFrame(frame);
    ghost.remove();
    document.documentElement.classList.remove('dragging');
    if (dropped) {
      hand.drop();
    } else {
      hand.cancel();
    }
    view.focus(key, true);
    setTimeout(() => root.classList.remove('dragging')); // the click that ends a drag opens nothing
  }
}

/**
 * The column at or nearest to `x`.
 *
 * @param {HTMLElement} root
 * @param {number} x
 */
function columnAt(root, x) {
  /** @type {HTMLElement[]} */
  const columns = Array.from(root.querySelectorAll('.column'));
  const distance = (/** @type {HTMLElement} */ column) => {
    const { left, right } = column.getBoundingClientRect();
    return Math.max(left - x, x - right, 0);
  };
  return columns.sort((a, b) => distance(a) - distance(b))[0];
}

/**
 * How many of the other cards in the column stand above `y`.
 *
 * @param {HTMLElement} column
 * @param {number} y
 * @param {string} key of the card that is dragged
 */
function indexAt(column, y, key) {
  return Array.from(column.querySelectorAll('li')).filter((item) => {
    const { top, height } = item.getBoundingClientRect();
    return item.dataset.key !== key && top + height / 2 < y;
  }).length;
}

/**
 * @param {number} at
 * @param {DOMRect} box
 * @param {'left' | 'top'} start
 * @param {'right' | 'bottom'} end
 */
function pull(at, box, start, end) {
  if (at < box[start] + EDGE) {
    return -SCROLL_STEP;
  }
  return at > box[end] - EDGE ? SCROLL_STEP : 0;
}
