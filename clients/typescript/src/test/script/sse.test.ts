// Event streams as bytes: what the HTML standard says, and every way to chop them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Frame, FrameParser, MAX_FRAME } from '../../sse.ts';

const encoder = new TextEncoder();

/** Frames as `name|data|id`, and `retry` at the end. */
function read(chunks: readonly Uint8Array[]): string[] {
  const frames: string[] = [];
  const parser = new FrameParser(({ name, data, id }: Frame) => frames.push(`${name}|${data}|${id}`));
  chunks.forEach((chunk) => parser.push(chunk));
  return parser.retry === undefined ? frames : [...frames, `retry ${parser.retry}`];
}

/** What it is, what comes, what is to be told. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ['one line', 'data: a\n\n', ['message|a|']],
  ['several lines of data are joined', 'data: a\ndata: b\ndata: c\n\n', ['message|a\nb\nc|']],
  ['only one space after the colon is no data', 'data:a\n\ndata:  b\n\ndata:\tc\n\n', ['message|a|', 'message| b|', 'message|\tc|']],
  ['a field without a colon', 'data\n\ndata\ndata\n\n', ['message||', 'message|\n|']],
  ['a block without data tells nothing', 'event: x\nid: 1\n\ndata: a\n\n', ['message|a|1']],
  ['empty data is data', 'data:\n\ndata: \n\n', ['message||', 'message||']],
  ['a name is of one block', 'event: x\ndata: a\n\ndata: b\n\n', ['x|a|', 'message|b|']],
  ['the last name of a block counts, also an empty one', 'event: x\nevent: y\ndata: a\n\nevent: x\nevent\ndata: b\n\n', ['y|a|', 'message|b|']],
  ['an id stays', 'id: 7\ndata: a\n\ndata: b\n\n', ['message|a|7', 'message|b|7']],
  ['an empty id takes it back', 'id: 7\ndata: a\n\nid\ndata: b\n\n', ['message|a|7', 'message|b|']],
  ['an id with NUL is ignored', 'id: 7\ndata: a\n\nid: 8\0\ndata: b\n\n', ['message|a|7', 'message|b|7']],
  ['NUL is data like any other', 'data: \0\n\n', ['message|\0|']],
  ['comments', ': x\n:\ndata: a\n: data: b\n:\n\n:\n\n', ['message|a|']],
  ['unknown fields, and fields with a space before the colon', 'datum: x\ndata : y\n data: z\nDATA: u\ndata: a\n\n', ['message|a|']],
  ['LF, CR and CRLF, mixed', 'data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\rdata: e\r\n\r\n', ['message|a\nb\nc|', 'message|d|', 'message|e|']],
  ['CR then LF is one end of line', 'data: a\r\n\r\ndata: b\r\n\r\n', ['message|a|', 'message|b|']],
  ['a mark of byte order at the beginning', '\uFEFFdata: a\n\n', ['message|a|']],
  ['only one of it, and only at the beginning', '\uFEFF\uFEFFdata: a\n\n\uFEFFdata: b\n\ndata: \uFEFF\n\n', ['message|\uFEFF|']],
  ['characters of one to four bytes', 'data: aé€😀\nid: ü\n\n', ['message|aé€😀|ü']],
  ['separators of other alphabets end no line', 'data: a\u2028b\u0085c\u000bd\n\n', ['message|a\u2028b\u0085c\u000bd|']],
  ['colons in values', 'data: a: b:c\n\n', ['message|a: b:c|']],
  ['retry', 'retry: 2140\n\n', ['retry 2140']],
  ['retry needs no data and no block', 'retry:1\n', ['retry 1']],
  ['the last retry counts', 'retry: 1\nretry: 2\n\n', ['retry 2']],
  ['retry of anything but digits', 'retry: 1.5\nretry: -1\nretry: 1e3\nretry: 0x10\nretry: 5 \nretry:  5\nretry: ٣\nretry\n\n', []],
  ['what is not ended is not told', 'data: a\n\ndata: b\n', ['message|a|']],
  ['nothing', '', []],
  ['only ends of lines', '\n\r\r\n\n', []],
];

for (const [what, text, expected] of CASES) {
  test(`a stream: ${what}`, () => {
    assert.deepEqual(read([encoder.encode(text)]), expected);
  });
}

test('bytes that are no UTF-8 become replacement characters', () => {
  const bytes = Uint8Array.of(...encoder.encode('data: '), 0xff, 0xc3, ...encoder.encode('\n\n'));
  assert.deepEqual(read([bytes]), ['message|\uFFFD\uFFFD|']);
});

test('a CR ends its line at once: no frame waits for the byte that follows', () => {
  assert.deepEqual(read([encoder.encode('data: a\r\r')]), ['message|a|']);
  assert.deepEqual(read(['data: a\r', '\n', '\r', '\n', 'data: b\r', '\r'].map((part) => encoder.encode(part))), [
    'message|a|',
    'message|b|',
  ]);
});

test('R-54: every case, chopped after every single byte and at every single place', () => {
  for (const [what, text, expected] of CASES) {
    const bytes = encoder.encode(text);
    assert.deepEqual(read([...bytes].map((byte) => Uint8Array.of(byte))), expected, `${what}, byte by byte`);
    for (let at = 0; at <= bytes.length; at++) {
      assert.deepEqual(read([bytes.slice(0, at), bytes.slice(at)]), expected, `${what}, at ${at}`);
    }
  }
});

test('R-54: any chopping of any stream gives the same frames', () => {
  const seed = Date.now() % 1_000_000;
  const random = chance(seed);
  const parts = ['data', 'event', 'id', 'retry', ':', ': ', ' ', '\n', '\n\n', '\r', '\r\n', '\0', '\uFEFF', '7', 'x', 'é', '€', '😀', 'data: {"a":1}\n\n'];
  for (let round = 0; round < 2000; round++) {
    const length = Math.floor(random() * 40);
    const bytes = encoder.encode(Array.from({ length }, () => parts[Math.floor(random() * parts.length)]).join(''));
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; ) {
      const size = Math.floor(random() * 6); // some of them empty
      chunks.push(bytes.slice(at, at + size));
      at += size;
    }
    assert.deepEqual(read(chunks), read([bytes]), `seed ${seed}, round ${round}`);
  }
});

test('a block of the greatest length is told; one character more, and it alone is passed over', () => {
  const longest = 'x'.repeat(MAX_FRAME - 'data: '.length);
  assert.equal(read([encoder.encode(`data: ${longest}\n\n`)])[0]?.length, longest.length + 'message||'.length);
  for (const tooLong of [`data: ${longest}x\n\n`, `data: ${longest}\ndata: xxxxxxx\n\n`, `${longest}xxxxxxx\r\n\r\n`]) {
    const bytes = encoder.encode(`data: a\n\n${tooLong}data: b\n\n`);
    assert.deepEqual(read([bytes]), ['message|a|', 'message|b|']);
    const half = bytes.length / 2;
    assert.deepEqual(read([bytes.slice(0, half), bytes.slice(half)]), ['message|a|', 'message|b|']);
  }
});

/** Repeatable chance (a linear congruence), from 0 to below 1. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
