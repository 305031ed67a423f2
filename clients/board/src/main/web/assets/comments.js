// What people say about a card, in a channel of its own. No I/O, no DOM.

/**
 * @typedef {import('./board.js').ChannelEvent} ChannelEvent
 * @typedef {{ref: string, seq: number, by: string, at: string, text: string, pending: boolean}} Comment
 *     `seq` is 0 until the server has given one; `ref` is empty when another client left it out.
 */

export const COMMENTED = 'comment.added';
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
 * Reads an event of such a channel, which any client may have written.
 *
 * @param {ChannelEvent} event
 * @returns {Comment | null} null: it is no comment
 */
export function readComment({ type, seq, ref = '', by, at, data }) {
  const text = type === COMMENTED && typeof data === 'object' && data !== null ? /** @type {any} */ (data).text : null;
  return typeof text === 'string' && text.trim() ? { ref, seq, by, at, text: text.slice(0, MAX_TEXT), pending: false } : null;
}

/** The comments of one card: those that are in the log by their seq, then one's own that are on their way. */
export class Conversation {
  /** @type {Map<number, Comment>} */
  #said = new Map();
  /** @type {Map<string, Comment>} by ref, in the order in which they were written */
  #pending = new Map();

  /** @returns {Comment[]} the newest {@link MAX_SHOWN}, oldest first */
  get comments() {
    const said = [...this.#said.values()].sort((a, b) => a.seq - b.seq);
    return [...said, ...this.#pending.values()].slice(-MAX_SHOWN);
  }

  /**
   * A comment from the log, an answer to a write, or its event: whichever comes first settles what was pending.
   *
   * @param {ChannelEvent} event
   */
  learn(event) {
    this.#pending.delete(event.ref ?? '');
    const comment = readComment(event);
    if (comment) {
      this.#said.set(comment.seq, comment);
      if (this.#said.size > MAX_SHOWN) {
        this.#said.delete(Math.min(...this.#said.keys()));
      }
    }
  }

  /** The log was replaced by another, or is read anew. */
  forget() {
    this.#said.clear();
  }

  /**
   * One's own, not yet in the log.
   *
   * @param {string} ref
   * @param {string} text
   * @param {string} by
   * @param {string} at
   */
  say(ref, text, by, at) {
    if (![...this.#said.values()].some((comment) => comment.ref === ref)) {
      this.#pending.set(ref, { ref, seq: 0, by, at, text, pending: true });
    }
  }

  /** It will not be in the log. @param {string} ref */
  drop(ref) {
    this.#pending.delete(ref);
  }
}
