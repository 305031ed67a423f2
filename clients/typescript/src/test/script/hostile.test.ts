// Servers, and whoever is in between, that do what they should not.

import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { type Asked, block, connect, follow, json, message, open, problem, serve, startOf, stream, until } from './world.ts';

type Reply = (response: ServerResponse, asked: Asked, url: string) => void;

const good: Reply = (response, asked) => void stream(response).write(open({ c: Math.max(0, startOf(asked)) }) + rest(startOf(asked)));
const rest = (after: number): string => [1, 2, 3].filter((seq) => seq > after).map((seq) => message('c', seq)).join('');
const status = (code: number, headers: Record<string, string> = {}): Reply => (response) => void response.writeHead(code, headers).end();
const bytes = (...parts: (string | Uint8Array)[]): Reply => (response) => {
  stream(response);
  parts.forEach((part) => response.write(part));
};
const ended = (text: string): Reply => (response) => void stream(response).end(text);

/** What the first answers are; after them comes a good stream of 1, 2 and 3, which is to be told whole, once. */
const RECOVERS: readonly (readonly [string, readonly Reply[]])[] = [
  ['an empty answer', [ended('')]],
  ['200, a delay and the end', [ended('retry: 1\n\n')]],
  ['500', [status(500)]],
  ['500 with a page', [(response) => void response.writeHead(500, { 'Content-Type': 'text/html' }).end('<h1>Oops</h1>')]],
  ['502, 504 and 429 in a row', [status(502), status(504), status(429)]],
  ['404 and 403 of a proxy that knows no node', [status(404), status(403), status(421), (response) => problem(response, 403, 'origin-not-allowed')]],
  ['a page instead of a stream', [(response) => void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>Log in</p>')]],
  ['no content type', [(response) => void response.writeHead(200).end(open({ c: 0 }))]],
  ['a content type that only begins like ours', [(response) => void response.writeHead(200, { 'Content-Type': 'text/event-streams' }).end(open({ c: 0 }))]],
  ['JSON', [(response) => json(response, {})]],
  ['a redirect, 301', [status(301, { Location: '/elsewhere' })]],
  ['a redirect, 302', [status(302, { Location: '/elsewhere' })]],
  ['a redirect, 307', [status(307, { Location: '/elsewhere' })]],
  ['a redirect to nowhere', [status(308)]],
  ['a connection that is cut before the head', [(response) => response.destroy()]],
  ['a connection that is cut after the head', [(response) => { stream(response).write(':\n'); response.destroy(); }]],
  ['401, once', [status(401)]],
  ['events before open, without it', [ended(message('c', 1))]],
  ['reconnect', [ended(open({ c: 0 }) + message('c', 1) + block('reconnect', { after_ms: 1 }))]],
  ['the end of the credentials', [ended(open({ c: 0 }) + message('c', 1) + block('end', { reason: 'expired' }))]],
];

for (const [what, replies] of RECOVERS) {
  test(`R-51: recovers from ${what}`, async (t) => {
    const queue = [...replies];
    let tokens = 0;
    const server = await serve(t, (asked, response) => {
      if (asked.path === '/v1/stream') {
        (queue.shift() ?? good)(response, asked, server.url);
      } else {
        json(response, { channel: 'c', events: [], head: 0, floor: 0, position: '0' });
      }
    });
    const { link } = connect(t, { ...server, token: async () => `t${tokens++}` });
    const told = follow(link, 'c', { after: 0 });
    await until(() => told.seqs.length >= 3);
    assert.deepEqual(told.seqs, [1, 2, 3]);
    assert.deepEqual(server.asked.filter(({ path }) => path === '/elsewhere'), []);
  });
}

/** What is in a stream beside 1, 2 and 3, which are to be told whole, once. */
const BEARS: readonly (readonly [string, Reply])[] = [
  ['comments everywhere', bytes(': hello\n\n:\n', open({ c: 0 }), ': x\n\n', rest(0))],
  ['a mark of byte order', bytes('\uFEFF', open({ c: 0 }), rest(0))],
  ['CR', bytes((open({ c: 0 }) + rest(0)).replace(/\n/g, '\r'))],
  ['CRLF, in packets of their own', bytes(...(open({ c: 0 }) + rest(0)).replace(/\n/g, '\r\n').split(/(?<=\r)|(?<=\n)/))],
  ['frames of names and fields that are not known', bytes(open({ c: 0 }), 'event: novelty\ndata: not JSON\nfuture: x\n\n', block('novelty', { channel: 'c', seq: 9 }), block('closed', { channel: 'c' }), block('followed', { channel: 'c', seq: 9 }), block('refused', { channel: 'c' }), rest(0))],
  ['frames that are not JSON', bytes(open({ c: 0 }), 'data: {"channel":\n\n', 'data: null\n\n', 'data: 7\n\n', 'data\n\n', 'event: open\ndata: x\n\n', rest(0))],
  ['frames of channels that nobody follows', bytes(open({ c: 0 }), message('d', 1), block('presence', { channel: 'e', count: 1 }), rest(0))],
  ['events with members that are not known', bytes(open({ c: 0 }), block('message', { channel: 'c', seq: 1, type: 'x', data: 1, by: 'a', at: '', novelty: [] }, '1'), rest(1))],
  ['retry in all forms', bytes('retry: 1\n\nretry: x\n\nretry\n\nretry: 1e9\n\n', open({ c: 0 }), rest(0))],
  ['an id with NUL', bytes(open({ c: 0 }), 'id: 9\0\n', rest(0))],
  ['padding', bytes(`:${' '.repeat(16_384)}\n\n`, open({ c: 0 }), rest(0))],
];

for (const [what, reply] of BEARS) {
  test(`R-20: bears ${what}`, async (t) => {
    const server = await serve(t, (asked, response) => reply(response, asked, ''));
    const { link } = connect(t, server);
    const told = follow(link, 'c', { after: 0 });
    await until(() => told.seqs.length >= 3);
    assert.deepEqual(told.seqs, [1, 2, 3]);
    assert.equal(server.of('GET /v1/stream').length, 1);
  });
}

test('R-20: characters that are split over packets, and fields of a megabyte', async (t) => {
  const data = `é€😀${'x'.repeat(1024 * 1024)}😀`;
  const server = await serve(t, (_, response) => {
    const frames = new TextEncoder().encode(open({ c: 0 }) + message('c', 1, data));
    const cut = frames.indexOf(0xf0) + 2;
    stream(response).write(frames.slice(0, cut));
    setTimeout(() => response.write(frames.slice(cut)), 20);
  });
  const { link } = connect(t, server);
  const told = follow(link, 'c', { after: 0 });
  await until(() => told.data.length);
  assert.equal(told.data[0], data);
});

test('R-51: Retry-After is waited for, also as a date', async (t) => {
  for (const after of ['7', new Date(Date.now() + 7000).toUTCString()]) {
    const server = await serve(t, (_, response) => status(503, { 'Retry-After': after })(response, _, ''));
    const { link, states } = connect(t, server);
    follow(link, 'c');
    await until(() => link.connection.value.name === 'offline');
    const { retryAt = 0 } = states.at(-1) ?? {};
    assert.ok(Math.abs(retryAt - Date.now() - 6500) < 1000, `${retryAt - Date.now()}`);
    link.close();
  }
});

test('R-26: 204 means stop', async (t) => {
  const server = await serve(t, (_, response) => status(204)(response, _, ''));
  const { link } = connect(t, server);
  follow(link, 'c');
  await until(() => link.connection.value.name === 'unauthorized');
  assert.equal(server.asked.length, 1);
});

test('R-73: a 401 is tried once with a new token, then it is over until a request succeeds', async (t) => {
  let locked = true;
  const server = await serve(t, (asked, response) => {
    if (asked.path !== '/v1/stream') {
      json(response, {});
    } else if (locked) {
      problem(response, 401, 'unauthenticated');
    } else {
      good(response, asked, '');
    }
  });
  let tokens = 0;
  const { link } = connect(t, { ...server, token: async () => `t${++tokens}` });
  const told = follow(link, 'c', { after: 0 });
  await until(() => link.connection.value.name === 'unauthorized');
  assert.deepEqual(server.asked.map(({ headers }) => headers['authorization']), ['Bearer t1', 'Bearer t2']);
  locked = false;
  await link.request({ method: 'GET', path: '/v1/channels/c' });
  await until(() => told.seqs.length === 3);
});

test('R-71: 403 and 404 are told to the channel, and the others go on', async (t) => {
  const server = await serve(t, (asked, response) => {
    const channels = asked.query.getAll('channel').map((name) => name.split('@')[0]);
    if (channels.includes('secret')) {
      problem(response, 403, 'forbidden', { channel: 'secret' });
    } else if (channels.includes('void')) {
      problem(response, 404, 'channel-not-found', { channel: 'void' });
    } else {
      good(response, asked, '');
    }
  });
  const { link } = connect(t, server);
  const [told, secret, nothing] = [follow(link, 'c', { after: 0 }), follow(link, 'secret'), follow(link, 'void')];
  await until(() => told.seqs.length === 3);
  assert.deepEqual(secret.words, ['refused forbidden']);
  assert.deepEqual(nothing.words, ['refused channel-not-found']);
});

test('a client that is no longer served stops', async (t) => {
  for (const reply of [ended(open({ c: 0 }) + block('end', { reason: 'client-not-served' })), ((response) => problem(response, 400, 'client-not-served')) as Reply]) {
    const server = await serve(t, (asked, response) => reply(response, asked, ''));
    const { link } = connect(t, server);
    follow(link, 'c');
    await until(() => link.connection.value.name === 'unauthorized');
    assert.equal(link.connection.value.reason, 'client-not-served');
    assert.equal(server.asked.length, 1);
  }
});

test('R-21: cut at every byte of three frames, nothing is lost or told twice', async (t) => {
  const frames = (after: number): Uint8Array =>
    new TextEncoder().encode(
      (open({ c: after }) + [1, 2, 3].filter((seq) => seq > after).map((seq) => message('c', seq, `é😀${seq}`)).join(''))
        .replace(/\n(?=id: 2)/, '\r\n'),
    );
  let cut = 0;
  const server = await serve(t, (asked, response) => {
    const whole = frames(Math.max(0, startOf(asked)));
    stream(response);
    if (asked.query.get('client') !== `cut/${cut}` || startOf(asked) > 0 || cuts.has(cut)) {
      response.write(whole);
    } else {
      cuts.add(cut);
      response.write(whole.slice(0, cut));
      setTimeout(() => response.destroy(), 2);
    }
  });
  const cuts = new Set<number>();
  for (; cut <= frames(0).length; cut++) {
    const { link } = connect(t, { ...server, client: `cut/${cut}` });
    const told = follow(link, 'c', { after: 0 });
    await until(() => told.seqs.length >= 3, `cut at ${cut}`);
    assert.deepEqual(told.seqs, [1, 2, 3], `cut at ${cut}`);
    assert.deepEqual(told.data, ['é😀1', 'é😀2', 'é😀3']);
    link.close();
  }
  assert.equal(cuts.size, frames(0).length + 1);
});
