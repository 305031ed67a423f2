// The little of Node that the tests use, so that they are checked without its type package.

declare module 'node:test' {
  export const mock: { timers: { enable(options: { apis: string[] }): void; reset(): void; tick(ms: number): void } };
  export function test(name: string, run: () => void | Promise<void>): void;
}

declare module 'node:assert/strict' {
  const assert: {
    ok(value: unknown, message?: string): void;
    equal(actual: unknown, expected: unknown, message?: string): void;
    notEqual(actual: unknown, expected: unknown): void;
    deepEqual(actual: unknown, expected: unknown): void;
    match(text: unknown, pattern: RegExp): void;
    fail(message: string): never;
    rejects(promise: Promise<unknown>): Promise<void>;
  };
  export default assert;
}

declare function setImmediate(run: (value?: unknown) => void): void;
declare const Buffer: { from(text: string): { toString(encoding: 'base64url'): string } };
