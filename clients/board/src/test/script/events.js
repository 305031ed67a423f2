// Events and other things that tests speak of.

/**
 * @param {number} seq
 * @param {string} key
 * @param {string} column
 * @param {string} [ref]
 * @returns {import('../../main/web/assets/board.js').ChannelEvent}
 */
export function cardEvent(seq, key, column, ref) {
  const data = { title: key, note: '', column, rank: 'V' };
  return { seq, type: 'card.moved', key, ref, data, by: 'ada', at: '2026-11-23T09:00:00Z' };
}

/**
 * @param {string} id
 * @param {string} key
 * @param {string | null} column
 * @param {import('../../main/web/assets/pending.js').Basis} basis
 * @returns {import('../../main/web/assets/pending.js').Change}
 */
export function change(id, key, column, basis) {
  const card = column === null ? null : { title: key, note: '', column, rank: 'V' };
  return { id, key, kind: card ? 'move' : 'remove', before: null, card, basis };
}

/**
 * Waits until something is the case, by giving way to whatever is due.
 *
 * @param {() => unknown} holds
 */
export async function until(holds) {
  const deadline = Date.now() + 5000;
  while (!holds()) {
    if (Date.now() > deadline) {
      throw new Error(`it never came to be: ${holds}`);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
