// Keeps a board in step with its channel: a snapshot to begin with, then every event in turn, and what was missed.

/**
 * @typedef {import('./api.js').Api} Api
 * @typedef {import('./api.js').Refused} Refused
 * @typedef {import('./board.js').ChannelEvent} ChannelEvent
 *
 * @typedef {object} Listener
 * @property {(board: Board, events: ChannelEvent[], fresh: boolean) => void} advanced the board has these events now;
 *     `fresh` when it was made anew from a snapshot, whose items they are
 * @property {(busy: boolean) => void} catchingUp
 * @property {(refused: Refused) => void} refused the channel may not be read
 */

import { Backoff } from './backoff.js';
import { Board } from './board.js';

/** Events held back while something earlier is being fetched; past it a snapshot is the shorter way. */
const MAX_HELD = 10_000;
const PAGE = 1000;

/**
 * While a repair runs, arriving events are held; it ends when none is left. The board is only ever changed here, and
 * each change is told to the listener before the next.
 */
export class Replica {
  board = new Board();
  /** Where a tail has to start to go on from the last snapshot. */
  position = '0';
  #api;
  #path;
  #listener;
  #backoff = new Backoff();
  /** @type {ChannelEvent[]} */
  #held = [];
  #needsSnapshot = true;
  /** @type {Promise<boolean> | null} */
  #repair = null;

  /**
   * @param {Api} api
   * @param {string} channel
   * @param {Listener} listener
   */
  constructor(api, channel, listener) {
    this.#api = api;
    this.#path = `/v1/channels/${encodeURIComponent(channel)}`;
    this.#listener = listener;
  }

  /** Loads the snapshot. @returns {Promise<boolean>} false when the channel may not be read */
  async start() {
    return this.#mend();
  }

  /** @param {ChannelEvent} event from the tail */
  receive(event) {
    if (this.#repair) {
      this.#hold(event);
      return;
    }
    switch (this.board.apply(event)) {
      case 'applied':
        this.#listener.advanced(this.board, [event], false);
        break;
      case 'gap':
        this.#hold(event);
        this.#mend();
        break;
      case 'duplicate':
        break;
    }
  }

  /** The server cannot bridge the way from our position to its head. */
  snapshotRequired() {
    this.#needsSnapshot = true;
    this.#held = [];
    this.#mend();
  }

  /** The network may be back. */
  wake() {
    this.#backoff.wake();
  }

  /** @param {ChannelEvent} event */
  #hold(event) {
    if (this.#held.length >= MAX_HELD) {
      this.#needsSnapshot = true;
      this.#held = [];
    }
    this.#held.push(event);
  }

  #mend() {
    this.#repair ??= this.#run().finally(() => {
      this.#repair = null;
      this.#listener.catchingUp(false);
    });
    return this.#repair;
  }

  async #run() {
    this.#listener.catchingUp(true);
    while (this.#needsSnapshot || this.#held.length > 0) {
      const refused = this.#needsSnapshot ? await this.#loadSnapshot() : await this.#loadGap();
      if (refused) {
        this.#listener.refused(refused);
        return false;
      }
      this.#applyHeld();
    }
    return true;
  }

  /** @returns {Promise<Refused | null>} */
  async #loadSnapshot() {
    this.#needsSnapshot = false;
    const answer = await this.#api.read(`${this.#path}/snapshot`, this.#backoff);
    if (answer.kind === 'refused' && answer.status !== 404) {
      return answer;
    }
    const snapshot = answer.kind === 'ok' ? answer.body : { seq: 0, position: '0', items: [] }; // nobody wrote to it yet
    this.board = Board.of(snapshot);
    this.position = snapshot.position;
    this.#listener.advanced(this.board, snapshot.items, true);
    return null;
  }

  /** @returns {Promise<Refused | null>} */
  async #loadGap() {
    const path = `${this.#path}/events?after=${this.board.seq}&limit=${PAGE}`;
    const answer = await this.#api.read(path, this.#backoff);
    if (answer.kind === 'refused') {
      this.#needsSnapshot = answer.status === 410 || answer.status === 404;
      return this.#needsSnapshot ? null : answer;
    }
    const applied = answer.body.events.filter((/** @type {ChannelEvent} */ event) => this.board.apply(event) === 'applied');
    if (applied.length === 0) { // the log knows less than its tail told us: begin anew, but not at once
      this.#needsSnapshot = true;
      await this.#backoff.wait();
    } else {
      this.#listener.advanced(this.board, applied, false);
    }
    return null;
  }

  #applyHeld() {
    const applied = [];
    while (this.#held.length > 0) {
      const outcome = this.board.apply(this.#held[0]);
      if (outcome === 'gap') {
        break;
      }
      const event = /** @type {ChannelEvent} */ (this.#held.shift());
      if (outcome === 'applied') {
        applied.push(event);
      }
    }
    if (applied.length > 0) {
      this.#listener.advanced(this.board, applied, false);
    }
  }
}
