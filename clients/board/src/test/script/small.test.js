import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../../main/web/assets/backoff.js';
import { uuidv7 } from '../../main/web/assets/ids.js';
import { Nodes } from '../../main/web/assets/nodes.js';
import { arrive, signIn, userOf } from '../../main/web/assets/session.js';
import { conflict, saving, standing } from '../../main/web/assets/words.js';
import { change } from './events.js';

test('waits double from one second to thirty, with full jitter', () => {
  const longest = new Backoff(() => 1);
  assert.deepEqual(Array.from({ length: 7 }, () => longest.next()), [1000, 2000, 4000, 8000, 16000, 30000, 30000]);
  longest.reset();
  assert.equal(longest.next(), 1000);
  assert.equal(new Backoff(() => 0).next(), 0);
});

test('what the server asks for is a minimum', () => {
  assert.equal(new Backoff(() => 0).next(7000), 7000);
});

test('keys carry the time at which they were made', () => {
  const made = Date.UTC(2026, 10, 23, 9, 0, 0, 123);
  const key = uuidv7(made);
  assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(parseInt(key.replaceAll('-', '').slice(0, 12), 16), made);
  assert.notEqual(uuidv7(made), key);
});

test('a node that fails is left once, whoever notices', () => {
  const nodes = new Nodes(['a', 'b']);
  nodes.failed('a');
  nodes.failed('a');
  assert.equal(nodes.current, 'b');
  nodes.failed('b');
  assert.equal(nodes.current, 'a');
});

/** A window's address, history and storage. */
function browser(/** @type {string} */ href) {
  const location = /** @type {any} */ (new URL(href));
  const kept = new Map();
  const storage = /** @type {any} */ ({
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => kept.set(name, value),
  });
  const addresses = /** @type {string[]} */ ([]);
  const history = /** @type {any} */ ({ replaceState: (/** @type {any[]} */ ...args) => addresses.push(args[2]) });
  return { location, storage, history, addresses };
}

test('a token is taken out of the address and kept for this window', () => {
  const { location, storage, history, addresses } = browser('http://a/?board=x#token=t1&nodes=http://b,http://c/path');
  assert.deepEqual(arrive(location, history, storage), { token: 't1', nodes: ['http://a', 'http://b', 'http://c'] });
  assert.deepEqual(addresses, ['/?board=x']);
  location.hash = '';
  assert.deepEqual(arrive(location, history, storage), { token: 't1', nodes: ['http://a', 'http://b', 'http://c'] });
});

test('a link cannot send the token that is here to another place', () => {
  const { location, storage, history } = browser('http://a/');
  signIn('mine', location, storage);
  location.hash = '#nodes=http://evil';
  assert.deepEqual(arrive(location, history, storage)?.nodes, ['http://a']);
  location.hash = '#token=&nodes=http://evil';
  assert.deepEqual(arrive(location, history, storage)?.nodes, ['http://a']);
});

test('the user of a token that is none has no name', () => {
  assert.equal(userOf('x'), '');
  assert.equal(userOf(`x.${Buffer.from('{"sub":"ädä"}').toString('base64url')}.y`), 'ädä');
});

const live = { stream: /** @type {const} */ ('live'), catchingUp: false, online: true, pending: 0, waiting: false, node: 'n1' };

test('the connection is told in words', () => {
  assert.equal(standing(live).words, 'Live on n1');
  assert.equal(standing({ ...live, stream: 'reconnecting' }).words, 'Reconnecting…');
  assert.equal(standing({ ...live, catchingUp: true }).words, 'Catching up…');
  assert.equal(standing({ ...live, online: false }).words, 'Offline');
  assert.equal(standing({ ...live, stream: 'signed-out', online: false }).words, 'Signed out');
  assert.equal(saving({ ...live, pending: 1 }), 'Saving 1 change…');
  assert.equal(saving({ ...live, online: false, pending: 2 }), '2 changes kept in this page until the server answers');
});

test('the loser of a conflict reads who did what', () => {
  const before = { title: 'Ship it', note: '', column: 'next', rank: 'V' };
  const lost = { ...change('m1', 'card:a', 'now', { revision: 1 }), before };
  const current = { revision: 2, by: 'ben', at: '', card: { ...before, column: 'done' } };
  assert.equal(
    conflict([lost], current, 'ada'),
    'ben moved “Ship it” to Done while you moved it to Now. The board shows what was saved first.',
  );
  assert.match(conflict([lost], { ...current, card: null }, 'ada'), /^ben removed “Ship it”/);
  assert.match(conflict([lost], current, 'ben'), /^You, in another window, moved/);
  assert.match(conflict([lost], { ...current, card: { ...before, title: 'Sold' } }, 'ada'), /renamed “Ship it” to “Sold”/);
});
