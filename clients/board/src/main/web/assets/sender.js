// Sends what is pending, one change after the other, until each has its answer.

/**
 * @typedef {import('./api.js').Api} Api
 * @typedef {import('./api.js').Problem} Problem
 * @typedef {import('./pending.js').Change} Change
 * @typedef {import('./pending.js').Pending} Pending
 * @typedef {import('./board.js').ChannelEvent} ChannelEvent
 *
 * @typedef {object} Listener
 * @property {(receipt: ChannelEvent) => void} acknowledged
 * @property {(change: Change, current: ChannelEvent | undefined) => void} conflicted another write came first
 * @property {(change: Change, problem: Problem) => void} refused
 * @property {(waiting: boolean) => void} waiting whether an attempt failed and another is to come
 * @property {() => void} signedOut the token is no longer accepted; nothing is sent until there is another
 */

import { Backoff } from './backoff.js';
import { ifMatch } from './pending.js';

/**
 * A change without an answer is sent again under the same key, at another node if need be: the server applies it once
 * and answers as it would have. An event of ours on the tail is an answer too, and ends the waiting.
 */
export class Sender {
  #api;
  #path;
  #pending;
  #listener;
  #backoff = new Backoff();
  #running = false;
  #stopped = false;

  /**
   * @param {Api} api
   * @param {string} channel
   * @param {Pending} pending
   * @param {Listener} listener
   */
  constructor(api, channel, pending, listener) {
    this.#api = api;
    this.#path = `/v1/channels/${encodeURIComponent(channel)}/events`;
    this.#pending = pending;
    this.#listener = listener;
  }

  /** There is something to send, or reason to believe that it can be sent now, or an answer by another way. */
  wake() {
    this.#backoff.wake();
    if (!this.#running && !this.#stopped) {
      this.#running = true;
      this.#run().finally(() => {
        this.#running = false;
      });
    }
  }

  stop() {
    this.#stopped = true;
    this.#backoff.wake();
  }

  async #run() {
    while (!this.#stopped && this.#pending.first) {
      await this.#send(this.#pending.first);
    }
  }

  /** @param {Change} change */
  async #send(change) {
    const outcome = await this.#api.attempt('POST', this.#path, {
      headers: { 'Idempotency-Key': change.id, 'If-Match': `"${ifMatch(change)}"` },
      body: { type: TYPES[change.kind], key: change.key, ref: change.id, data: change.card ?? {} },
    });
    if (this.#stopped) {
      return;
    }
    if (change.seq !== undefined) { // the tail was faster
      this.#answered();
      return;
    }
    switch (outcome.kind) {
      case 'ok':
        this.#answered();
        this.#listener.acknowledged(outcome.body);
        break;
      case 'passing':
        this.#listener.waiting(true);
        await this.#backoff.wait(outcome.retryAfterMs);
        break;
      case 'refused':
        this.#answered();
        this.#refused(change, outcome.status, outcome.problem);
        break;
    }
  }

  /**
   * @param {Change} change
   * @param {number} status
   * @param {Problem} problem
   */
  #refused(change, status, problem) {
    if (status === 401) {
      this.#stopped = true;
      this.#listener.signedOut();
    } else if (status === 412) {
      this.#listener.conflicted(change, problem.current);
    } else {
      this.#listener.refused(change, problem);
    }
  }

  #answered() {
    this.#backoff.reset();
    this.#listener.waiting(false);
  }
}

const TYPES = Object.freeze({ add: 'card.added', move: 'card.moved', edit: 'card.edited', remove: 'card.removed' });
