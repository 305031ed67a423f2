import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newKey, readCard } from '../../main/web/assets/cards.js';
import { agreed, kindOf, redone } from '../../main/web/assets/conflicts.js';
import { again, conflict, expiry, refusal, versions } from '../../main/web/assets/regrets.js';
import { arrive, drawerOf, signIn, signOut, userOf } from '../../main/web/assets/session.js';
import { details, saving, standing } from '../../main/web/assets/words.js';
import { live } from './conditions.js';

test('what others wrote as a card is read with care', () => {
  assert.equal(readCard('card.moved', 7), null);
  assert.equal(readCard('card.removed', {}), null);
  assert.deepEqual(readCard('card.moved', { col: 1 }), { col: 1, title: 'Untitled', note: '', column: 'later', rank: '' });
  assert.equal(readCard('card.moved', { title: 'x'.repeat(500) })?.title.length, 500);
  assert.equal(readCard('card.moved', { title: {}, column: '__proto__' })?.column, 'later');
});

test('no two cards have one key', () => {
  assert.match(newKey(), /^card:[0-9a-f]{24}$/);
  assert.notEqual(newKey(), newKey());
});

function storage() {
  const kept = new Map();
  return /** @type {any} */ ({
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => kept.set(name, value),
    removeItem: (/** @type {string} */ name) => kept.delete(name),
  });
}

/** A window's address, history and stores. */
function browser(/** @type {string} */ href) {
  const location = /** @type {any} */ (new URL(href));
  const addresses = /** @type {string[]} */ ([]);
  const history = /** @type {any} */ ({ replaceState: (/** @type {any[]} */ ...args) => addresses.push(args[2]) });
  return { location, stores: { window: storage(), device: storage() }, history, addresses };
}

test('a token is taken out of the address and kept', () => {
  const { location, stores, history, addresses } = browser('http://a/?board=x#token=t1&nodes=http://b,http://c/path');
  const session = { token: 't1', nodes: ['http://a', 'http://b', 'http://c'] };
  assert.deepEqual(arrive(location, history, stores), session);
  assert.deepEqual(addresses, ['/?board=x']);
  location.hash = '';
  assert.deepEqual(arrive(location, history, stores), session);
  assert.deepEqual(arrive(location, history, { ...stores, window: storage() }), session);
});

test('two windows may be two people', () => {
  const { location, stores, history } = browser('http://a/');
  const other = { ...stores, window: storage() };
  signIn('mine', location, stores);
  signIn('theirs', location, other);
  assert.equal(arrive(location, history, stores)?.token, 'mine');
  assert.equal(arrive(location, history, other)?.token, 'theirs');
});

test('who has signed out is not kept', () => {
  const { location, stores, history } = browser('http://a/');
  signIn('mine', location, stores);
  signOut(stores);
  assert.equal(arrive(location, history, stores), null);
});

test('a link cannot send the token that is here to another place', () => {
  const { location, stores, history } = browser('http://a/');
  signIn('mine', location, stores);
  location.hash = '#nodes=http://evil';
  assert.deepEqual(arrive(location, history, stores)?.nodes, ['http://a']);
  location.hash = '#token=&nodes=http://evil';
  assert.deepEqual(arrive(location, history, stores)?.nodes, ['http://a']);
});

/** A token of these claims. */
const token = (/** @type {object} */ claims) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;

test('the user of a token that is none has no name', () => {
  assert.equal(userOf('x'), '');
  assert.equal(userOf(token({ sub: 'ädä' })), 'ädä');
});

test('what is kept is kept apart for each person', () => {
  const drawers = [{ tenant: 'a', sub: 'b' }, { tenant: 'a', sub: 'c' }, { tenant: 'a","b', sub: '' }].map((claims) => drawerOf(token(claims)));
  assert.equal(new Set(drawers).size, 3);
});

test('every state of the connection is told in words', () => {
  assert.equal(standing(live).words, 'Live on n1');
  assert.equal(standing({ ...live, state: 'connecting', wasLive: false }).words, 'Connecting…');
  assert.equal(standing({ ...live, state: 'connecting' }).words, 'Reconnecting…');
  assert.equal(standing({ ...live, state: 'catching-up' }).words, 'Catching up…');
  assert.equal(standing({ ...live, state: 'degraded' }).words, 'Live on n1, not at full strength');
  assert.equal(standing({ ...live, state: 'polling' }).words, 'Polling on n1');
  assert.equal(standing({ ...live, state: 'offline' }).words, 'Offline');
  assert.equal(standing({ ...live, state: 'unauthorized' }).words, 'Signed out');
  assert.equal(standing({ ...live, signedIn: false }).words, 'Signed out');
  assert.equal(standing({ ...live, refused: true }).words, 'No access to this board');
});

test('what becomes of changes is told in words', () => {
  assert.equal(saving(live), '');
  assert.equal(saving({ ...live, pending: 1 }), 'Saving 1 change…');
  assert.equal(saving({ ...live, state: 'offline', pending: 2 }), '2 changes kept on this device until the server answers');
  assert.equal(saving({ ...live, refused: true, stale: true, pending: 1 }), '');
  assert.equal(saving({ ...live, state: 'offline' }), 'Changes you make are kept on this device');
  assert.equal(saving({ ...live, state: 'offline', stale: true }), 'As this device last knew it; changes you make are kept');
});

test('the panel shows state, seq, bytes and what is pending', () => {
  assert.deepEqual(details({ ...live, pending: 3 }), { state: 'live', node: 'n1', seq: '41', bytes: '12.3 KB', pending: '3 changes' });
  const away = { ...live, state: /** @type {const} */ ('offline'), reason: 'no answer', stale: true, bytes: 999 };
  assert.deepEqual(details(away), { state: 'offline: no answer', node: 'n1', seq: '41, or later', bytes: '999 B', pending: 'nothing' });
});

const before = { title: 'Ship it', note: '', column: 'next', rank: 'V' };
/** @type {import('../../main/web/assets/conflicts.js').Lost} */
const moved = {
  kind: 'move',
  key: 'card:a',
  card: { ...before, column: 'now' },
  before,
  current: { revision: 2, by: 'ben', card: { ...before, column: 'done' } },
};
const now = (/** @type {Partial<typeof before>} */ changes) => ({ ...moved, current: { revision: 2, by: 'ben', card: { ...before, ...changes } } });

test('R-14: the loser of a conflict reads who did what', () => {
  assert.equal(conflict(moved, 'ada'), 'ben moved “Ship it” to Done while you moved it to Now. The board shows what was saved first.');
  assert.match(conflict({ ...moved, current: { revision: 2, by: 'ben', card: null } }, 'ada'), /^ben removed “Ship it”/);
  assert.match(conflict(moved, 'ben'), /^You, in another window, moved/);
  assert.match(conflict(now({ title: 'Sold' }), 'ada'), /renamed “Ship it” to “Sold”/);
  assert.match(conflict({ ...moved, before: undefined }, 'ada'), /^ben changed “Ship it” while/);
  assert.match(conflict({ ...moved, current: null }, 'ada'), /^Somebody else removed “Ship it”/);
});

test('R-14: both values stand side by side, as far as they differ', () => {
  assert.deepEqual(versions(moved, 'ada'), [['Saved by ben', 'Done'], ['Yours', 'Now']]);
  const edited = { ...now({ title: 'Sold', note: 'at last' }), kind: /** @type {const} */ ('edit'), card: before };
  assert.deepEqual(versions(edited, 'ada'), [['Saved by ben', '“Sold”, Next\nat last'], ['Yours', '“Ship it”, Next\n(no note)']]);
  assert.deepEqual(versions({ ...moved, card: null }, 'ben')[1], ['Yours', 'no such card']);
  assert.deepEqual(versions({ ...moved, current: null }, 'ada')[0], ['On the board', 'no such card']);
});

test('R-14: who has what they wanted all the same is not asked', () => {
  assert.equal(agreed(moved), false);
  assert.equal(agreed(now({ column: 'now', rank: 'a' })), true);
  assert.equal(agreed(now({ column: 'now', title: 'Sold' })), false);
  assert.equal(agreed({ ...now({ rank: 'a' }), card: { ...before, rank: 'z' } }), false);
  assert.equal(agreed({ ...moved, card: null, current: { revision: 2, by: 'ben', card: null } }), true);
  assert.equal(agreed({ ...moved, card: null }), false);
});

test('a lost change is made again of what stands now', () => {
  assert.deepEqual(redone(now({ title: 'Sold', column: 'done' })), { ...before, title: 'Sold', column: 'now' });
  const edited = { ...now({ column: 'done' }), kind: /** @type {const} */ ('edit'), card: { ...before, note: 'mine' } };
  assert.deepEqual(redone(edited), { ...before, column: 'done', note: 'mine' });
  assert.deepEqual(redone({ ...moved, current: null }), moved.card);
  assert.equal(redone({ ...moved, card: null }), null);
  assert.equal(again(edited), 'Save mine anyway');
});

test('what else may become of a change is told', () => {
  assert.match(expiry(moved), /^Your change to “Ship it” waited for so long/);
  assert.equal(refusal('Ship it', /** @type {any} */ ({ detail: 'Too large.' })), 'Your change to “Ship it” was not accepted: too large.');
  assert.match(refusal(undefined, /** @type {any} */ ({ title: 'Forbidden' })), /^Your comment was not accepted/);
  assert.equal(kindOf('card.moved'), 'move');
  assert.equal(kindOf('card.of-another-client'), 'edit');
});
