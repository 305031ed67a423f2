// The board by keys: arrows go from card to card, Enter opens, Space picks up, and then the arrows carry.

/**
 * @typedef {import('./hand.js').Hand} Hand
 * @typedef {import('./view.js').View} View
 */

import { COLUMNS } from './cards.js';
import { keyOf } from './dom.js';

const STEPS = new Map([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, -1]],
  ['ArrowDown', [0, 1]],
]);

/**
 * @param {HTMLElement} root
 * @param {View} view
 * @param {Hand} hand
 * @param {{open: (key: string) => void, remove: (key: string) => void}} actions
 */
export function listenToKeys(root, view, hand, actions) {
  root.addEventListener('keydown', (event) => {
    const target = event.target;
    const key = keyOf(target);
    if (!key || !(target instanceof HTMLElement) || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const onButton = target instanceof HTMLButtonElement && (event.key === 'Enter' || event.key === ' ');
    if (!onButton && handle(event.key, key, view, hand, actions)) {
      event.preventDefault();
    }
  });
  root.addEventListener('focusout', (event) => {
    if (hand.lift && !view.rendering && !keyOf(event.relatedTarget) && !root.classList.contains('dragging')) {
      hand.cancel();
    }
  });
}

/**
 * @param {string} pressed
 * @param {string} key
 * @param {View} view
 * @param {Hand} hand
 * @param {{open: (key: string) => void, remove: (key: string) => void}} actions
 */
function handle(pressed, key, view, hand, actions) {
  const step = STEPS.get(pressed);
  if (step) {
    if (hand.lift) {
      carry(step, view, hand);
    } else {
      focusNeighbour(step, key, view);
    }
    return true;
  }
  switch (pressed) {
    case ' ':
      if (hand.lift) {
        hand.drop();
      } else {
        hand.pick(key);
      }
      return true;
    case 'Enter':
      if (hand.lift) {
        hand.drop();
      } else {
        actions.open(key);
      }
      return true;
    case 'Escape':
      hand.cancel();
      return true;
    case 'Delete':
      if (!hand.lift) {
        actions.remove(key);
      }
      return true;
    default:
      return false;
  }
}

/**
 * @param {number[]} step
 * @param {View} view
 * @param {Hand} hand
 */
function carry([across, down], view, hand) {
  const lift = hand.lift;
  if (!lift) {
    return;
  }
  const column = COLUMNS[COLUMNS.findIndex(({ id }) => id === lift.column) + across];
  if (column) {
    const last = view.keys(column.id).filter((key) => key !== lift.shown.key).length;
    hand.carry(column.id, Math.max(0, Math.min(lift.index + down, last)));
    view.focus(lift.shown.key);
  }
}

/**
 * @param {number[]} step
 * @param {string} key
 * @param {View} view
 */
function focusNeighbour([across, down], key, view) {
  const from = COLUMNS.findIndex(({ id }) => view.keys(id).includes(key));
  const index = view.keys(COLUMNS[from].id).indexOf(key);
  if (across === 0) {
    view.focus(view.keys(COLUMNS[from].id)[index + down]);
    return;
  }
  for (let to = from + across; COLUMNS[to]; to += across) {
    const keys = view.keys(COLUMNS[to].id);
    if (keys.length > 0) {
      view.focus(keys[Math.min(index, keys.length - 1)]);
      return;
    }
  }
}
