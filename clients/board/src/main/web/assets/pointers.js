// Other people's cursors, and this window's own, over the one WebSocket.

/**
 * @typedef {import('./api.js').Api} Api
 * @typedef {import('./nodes.js').Nodes} Nodes
 * @typedef {{column: string, x: number, y: number}} Place `x` a share of the column's width, `y` pixels from its top
 * @typedef {{user: string, device?: string, cursor: Place | null}} Pointer
 */

import { Backoff } from './backoff.js';

const PROTOCOL = 'tailrace.cursors.v1';
/** So often a position is sent at most. */
const TICK_MS = 50;
/** Without a WebSocket: so often, as a signal. */
const SLOW_TICK_MS = 500;
/** After so many sockets that never opened, positions go as signals. */
const PATIENCE = 3;

/** Sends where the pointer is, at most so often, and tells where those of others are. */
export class Pointers {
  #api;
  #nodes;
  #channel;
  #told;
  #backoff = new Backoff();
  /** @type {WebSocket | null} */
  #socket = null;
  #failures = 0;
  #stopped = false;
  /** @type {Place | null} */
  #place = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Api} api
   * @param {Nodes} nodes
   * @param {string} channel
   * @param {(changed: Pointer[], left: {user: string, device?: string}[]) => void} told
   */
  constructor(api, nodes, channel, told) {
    this.#api = api;
    this.#nodes = nodes;
    this.#channel = channel;
    this.#told = told;
  }

  start() {
    this.#run();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#backoff.wake();
  }

  /** @param {Place | null} place null: it is not over the board */
  move(place) {
    this.#place = place;
    this.#timer ??= setTimeout(() => this.#send(), this.#slow ? SLOW_TICK_MS : TICK_MS);
  }

  get #slow() {
    return this.#failures >= PATIENCE;
  }

  #send() {
    this.#timer = undefined;
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ cursor: this.#place }));
    } else if (this.#slow && !this.#stopped) {
      const body = { kind: 'cursor', data: this.#place };
      this.#api.attempt('POST', `/v1/channels/${encodeURIComponent(this.#channel)}/signals`, { body });
    }
  }

  async #run() {
    while (!this.#stopped) {
      const body = { channels: [this.#channel], for: 'cursors' };
      const answer = await this.#api.persist(() => this.#api.attempt('POST', '/v1/tickets', { body }), this.#backoff);
      if (this.#stopped || answer.kind === 'refused') {
        return;
      }
      const opened = await this.#connect(answer.body.ticket);
      this.#failures = opened ? 0 : this.#failures + 1;
      if (opened) {
        this.#backoff.reset();
      }
      await this.#backoff.wait();
    }
  }

  /**
   * One socket from its beginning to its end.
   *
   * @param {string} ticket
   * @returns {Promise<boolean>} whether it ever opened
   */
  #connect(ticket) {
    const address = `${this.#nodes.current.replace(/^http/, 'ws')}/v1/channels/${encodeURIComponent(this.#channel)}/cursors`;
    const socket = new WebSocket(`${address}?${new URLSearchParams({ ticket })}`, [PROTOCOL]);
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      if (this.#place) {
        this.#send();
      }
    };
    socket.onmessage = ({ data }) => {
      const { cursors = [], left = [] } = JSON.parse(data);
      this.#told(cursors, left);
    };
    return new Promise((resolve) => {
      socket.onclose = () => resolve(opened);
    });
  }
}
