// What people say about a card, in a channel of its own. No I/O, no DOM.

/**
 * @typedef {{id: string, by: string, at: string, text: string, pending: boolean}} Comment
 *     `id` is the same before and after the server has it; `at` is empty until then.
 * @typedef {'loading' | 'known' | 'stale' | 'refused'} State
 */

export const COMMENTED = 'comment.added';
/** On the board, under a key of its own for each card: how many comments it has. */
export const DISCUSSED = 'card.discussed';
/** Characters of one comment. */
export const MAX_TEXT = 2000;
/** The newest comments of a card that are kept and shown. */
export const MAX_SHOWN = 200;

/** What a channel name may consist of, and how long it may be. */
const CHANNEL = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/**
 * The channel of a card's comments.
 *
 * @param {string} board
 * @param {string} key of the card, `card:…`
 * @returns {string | null} null: there is no name for it, since other clients may choose any keys
 */
export function conversationOf(board, key) {
  const name = `chat:${board}.${key.replace(/^card:/, '')}`;
  return CHANNEL.test(name) ? name : null;
}

/**
 * Reads the text of an event of such a channel, which any client may have written.
 *
 * @param {{type: string, data: unknown}} event
 * @returns {string | null} null: it is no comment
 */
export function readComment({ type, data }) {
  const text = type === COMMENTED && typeof data === 'object' && data !== null ? /** @type {any} */ (data).text : null;
  return typeof text === 'string' && text.trim() ? text.slice(0, MAX_TEXT) : null;
}

/**
 * How many comments an event of the board says that a card has; any client may have written it.
 *
 * @param {{type: string, data: unknown}} event
 * @returns {number | null} null: it says nothing about that
 */
export function readTally({ type, data }) {
  const comments = type === DISCUSSED && typeof data === 'object' && data !== null ? /** @type {any} */ (data).comments : null;
  return Number.isSafeInteger(comments) && comments > 0 ? comments : null;
}

/**
 * The comments as the client has them, oldest first, its own that are on their way last.
 *
 * @param {Iterable<import('./client.js').Item<string>>} items
 * @returns {Comment[]}
 */
export function commentsOf(items) {
  return Array.from(items, ({ key, ref, by, at, value, pending }) => ({ id: ref ?? key, by, at, text: value, pending }));
}

/**
 * How it stands with them.
 *
 * @param {import('./client.js').ReplicaState<string>} state
 * @param {boolean} reachable whether the server may be about to answer
 * @returns {State}
 */
export function standingOf({ denied, stale, seq }, reachable) {
  return denied ? 'refused' : !stale ? 'known' : reachable && seq === 0 ? 'loading' : 'stale';
}
