// Tickets for EventSource, which cannot send a token.

import type { Api } from './api.ts';
import type { Clock } from './clock.ts';
import { Ended } from './session.ts';

/** A ticket that ends within this time is not used for another stream. */
const MARGIN_MS = 30_000;

interface Ticket {
  readonly ticket: string;
  readonly expires_at: string;
}

export class Tickets {
  readonly #api: Api;
  readonly #clock: Clock;
  #ticket: Ticket | undefined;
  #list = '';

  constructor(api: Api, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  /** One that is good for these channels, for a while. */
  async get(channels: readonly string[]): Promise<string> {
    const list = channels.join();
    const left = Date.parse(this.#ticket?.expires_at ?? '') - this.#clock.now();
    if (!this.#ticket || this.#list !== list || !(left > MARGIN_MS)) {
      const answer = await this.#api.request<Ticket>({ method: 'POST', path: '/v1/tickets', body: { channels } });
      this.#ticket = answer.body;
      this.#list = list;
    }
    return this.#ticket.ticket;
  }

  /** Makes it last longer, at its address, with the token that is at hand. */
  async extend(): Promise<void> {
    if (this.#ticket) {
      const { ticket } = this.#ticket;
      this.#ticket = (await this.#api.request<Ticket>({ method: 'PUT', path: '/v1/tickets', body: { ticket } })).body;
    }
  }

  /** Perhaps it was the ticket that was not good enough: an EventSource does not say. */
  forget(error: unknown): void {
    if (!(error instanceof Ended)) {
      this.#ticket = undefined;
    }
  }
}
