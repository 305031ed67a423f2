// Requests to the server, and what can become of them.

/**
 * @typedef {import('./nodes.js').Nodes} Nodes
 * @typedef {{type?: string, title?: string, detail?: string, current?: import('./board.js').ChannelEvent}} Problem
 *
 * @typedef {{kind: 'ok', body: any}} Ok
 * @typedef {{kind: 'refused', status: number, problem: Problem}} Refused asking again would change nothing
 * @typedef {{kind: 'passing', status: number, retryAfterMs: number}} Passing worth another attempt; status 0: no answer
 * @typedef {Ok | Refused | Passing} Outcome
 */

import { Backoff } from './backoff.js';

const TIMEOUT_MS = 10_000;

export class Api {
  #nodes;
  #token;
  #closed = false;

  /**
   * @param {Nodes} nodes
   * @param {string} token
   */
  constructor(nodes, token) {
    this.#nodes = nodes;
    this.#token = token;
  }

  /**
   * One attempt at the current node. Without an answer it is the next node's turn.
   *
   * @param {string} method
   * @param {string} path
   * @param {{body?: unknown, headers?: Record<string, string>, last?: boolean}} [request] `last`: it is sent although
   *     the page goes
   * @returns {Promise<Outcome>}
   */
  async attempt(method, path, { body, headers = {}, last = false } = {}) {
    const node = this.#nodes.current;
    try {
      const response = await fetch(node + path, {
        method,
        headers: {
          Authorization: `Bearer ${this.#token}`,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
        cache: 'no-store',
        credentials: 'omit',
        keepalive: last,
      });
      if (isPassing(response.status)) {
        return { kind: 'passing', status: response.status, retryAfterMs: retryAfter(response.headers) };
      }
      const text = await response.text();
      const answer = text ? JSON.parse(text) : null;
      return response.ok
        ? { kind: 'ok', body: answer }
        : { kind: 'refused', status: response.status, problem: answer };
    } catch {
      this.#nodes.failed(node);
      return { kind: 'passing', status: 0, retryAfterMs: 0 };
    }
  }

  /**
   * Reads until there is an answer, however long that takes.
   *
   * @param {string} path
   * @param {Backoff} backoff
   * @returns {Promise<Ok | Refused>}
   */
  async read(path, backoff) {
    return this.persist(() => this.attempt('GET', path), backoff);
  }

  /**
   * Repeats what may be repeated until there is an answer.
   *
   * @param {() => Promise<Outcome>} attempt
   * @param {Backoff} backoff
   * @returns {Promise<Ok | Refused>}
   */
  async persist(attempt, backoff) {
    while (!this.#closed) {
      const outcome = await attempt();
      if (outcome.kind !== 'passing') {
        backoff.reset();
        return outcome;
      }
      await backoff.wait(outcome.retryAfterMs);
    }
    return { kind: 'refused', status: 0, problem: { title: 'Closed' } };
  }

  /** Nothing is attempted again. */
  close() {
    this.#closed = true;
  }
}

/** @param {number} status */
function isPassing(status) {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

/** @param {Headers} headers whose `Retry-After` is whole seconds, as ours is, or a date, as a proxy's may be */
function retryAfter(headers) {
  const value = headers.get('Retry-After');
  if (!value) {
    return 0;
  }
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
