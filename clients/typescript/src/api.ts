// Requests, at a node that answers.

import type { Clock } from './clock.ts';
import { type Answer, type ApiRequest, type Problem, Refused, Unreachable } from './link.ts';
import type { Tokens } from './tokens.ts';

const TIMEOUT_MS = 15_000;

export type Fetch = typeof fetch;

/** A request as it goes out. */
interface Outgoing {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly keepalive?: boolean | undefined;
  readonly signal: AbortSignal;
}

export class Api {
  readonly tokens: Tokens;
  readonly #urls: readonly string[];
  readonly #fetch: Fetch;
  readonly #clock: Clock;
  #at = 0;

  /** @param urls of nodes, without a slash at the end; at least one */
  constructor(urls: readonly string[], tokens: Tokens, fetch: Fetch, clock: Clock) {
    this.#urls = urls;
    this.tokens = tokens;
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /** The node whose turn it is. */
  get url(): string {
    return this.#urls[this.#at] as string;
  }

  /** Has the next node take its turn, unless somebody saw to that already. */
  failed(url: string): void {
    if (url === this.url) {
      this.#at = (this.#at + 1) % this.#urls.length;
    }
  }

  /** See `Link.request`. */
  async request<T = unknown>(request: ApiRequest): Promise<Answer<T>> {
    const { method, path, body, keepalive, signal, timeout = TIMEOUT_MS } = request;
    const json = body === undefined ? null : { 'Content-Type': 'application/json' };
    for (let left = this.#urls.length; ; ) {
      const url = this.url;
      const ending = new AbortController();
      const end = (): void => ending.abort();
      const cancel = this.#clock.after(timeout, end);
      signal?.addEventListener('abort', end);
      try {
        const response = await this.open(url + path, {
          method,
          headers: { ...json, ...request.headers },
          body: JSON.stringify(body), // undefined stays undefined
          keepalive,
          signal: ending.signal,
        });
        const text = await response.text();
        // What is not JSON comes from somebody in between.
        const parsed = (text ? JSON.parse(text) : undefined) as T;
        return { status: response.status, headers: response.headers, body: parsed, size: text.length };
      } catch (error) {
        if (error instanceof Refused) {
          throw error;
        }
        if (signal?.aborted || !--left) {
          throw new Unreachable(`${method} ${url}`, { cause: error });
        }
        this.failed(url);
      } finally {
        cancel();
        signal?.removeEventListener('abort', end);
      }
    }
  }

  /**
   * The head of an answer, from that node alone; a 401 is tried once more with a new token. Redirects are not followed:
   * the token is for this node.
   *
   * @throws Refused for a status that is not 200 to 299, and 204 where there has to be a body
   */
  async open(url: string, outgoing: Outgoing): Promise<Response> {
    const token = await this.tokens.get();
    let response = await this.#send(url, outgoing, token);
    if (response.status === 401) {
      const fresh = await this.tokens.get(true);
      response = fresh === token ? response : await this.#send(url, outgoing, fresh);
    }
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
      throw new Unreachable(`redirected: ${url}`);
    }
    if (!response.ok) {
      throw new Refused(response.status, await problem(response), retryAfter(response, this.#clock.now()));
    }
    return response;
  }

  #send(url: string, outgoing: Outgoing, token: string): Promise<Response> {
    const fetch = this.#fetch; // which browsers do not let be called as a method of something else
    return fetch(url, {
      ...outgoing,
      headers: { ...outgoing.headers, ...(token && { Authorization: `Bearer ${token}` }) },
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'manual',
    });
  }
}

async function problem(response: Response): Promise<Problem> {
  try {
    return { title: '', ...(await response.json()) };
  } catch {
    return { type: 'about:blank', title: `HTTP ${response.status}`, status: response.status };
  }
}

/** Milliseconds, of whole seconds or of a date; 0: none. */
function retryAfter(response: Response, now: number): number {
  const value = response.headers.get('Retry-After') ?? '';
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return ms > 0 ? ms : 0;
}
