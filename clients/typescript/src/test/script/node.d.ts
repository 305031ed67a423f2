// The little of Node that the tests use, so that they are checked without its type package.

declare module 'node:test' {
  export interface TestContext {
    test(name: string, run: (t: TestContext) => void | Promise<void>): Promise<void>;
    after(run: () => void | Promise<void>): void;
  }
  export function test(name: string, run: (t: TestContext) => void | Promise<void>): void;
  export function after(run: () => void | Promise<void>): void;
}

declare module 'node:assert/strict' {
  const assert: {
    ok(value: unknown, message?: string): asserts value;
    equal(actual: unknown, expected: unknown, message?: string): void;
    notEqual(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    match(text: string, pattern: RegExp, message?: string): void;
    rejects(run: Promise<unknown> | (() => Promise<unknown>), expected?: unknown): Promise<void>;
    throws(run: () => unknown, expected?: unknown): void;
    fail(message: string): never;
  };
  export default assert;
}

declare module 'node:http' {
  export interface IncomingMessage {
    readonly method: string;
    readonly url: string;
    readonly headers: Record<string, string | undefined>;
    on(event: 'data', run: (chunk: Uint8Array) => void): this;
    on(event: 'end' | 'close', run: () => void): this;
  }
  export interface ServerResponse {
    readonly writableEnded: boolean;
    writeHead(status: number, headers?: Record<string, string>): this;
    flushHeaders(): void;
    write(chunk: string | Uint8Array): boolean;
    end(chunk?: string | Uint8Array): this;
    destroy(): void;
    on(event: 'close', run: () => void): this;
  }
  export interface Server {
    listen(port: number, host: string, done: () => void): this;
    address(): { port: number };
    close(): void;
    closeAllConnections(): void;
  }
  export function createServer(handle: (request: IncomingMessage, response: ServerResponse) => void): Server;
}

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };
