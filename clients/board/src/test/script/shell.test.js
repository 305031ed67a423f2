import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

const ORIGIN = 'http://node';

/** @type {Record<string, (event: any) => void>} */
const listeners = {};
/** @type {Map<string, Map<string, Response>>} */
const stored = new Map();
/** What the network answers. @type {(path: string) => Promise<Response>} */
let network = async () => new Response('');

const pathOf = (/** @type {any} */ request) => decodeURIComponent(new URL(typeof request === 'string' ? request : request.url, ORIGIN).pathname);

Object.assign(globalThis, {
  self: { addEventListener: (/** @type {string} */ name, /** @type {any} */ run) => (listeners[name] = run), skipWaiting: () => {}, clients: { claim: () => {} } },
  location: { origin: ORIGIN },
  fetch: (/** @type {any} */ request) => network(pathOf(request)),
  caches: {
    keys: async () => [...stored.keys()],
    delete: async (/** @type {string} */ name) => stored.delete(name),
    match: async (/** @type {any} */ request, /** @type {any} */ { cacheName }) => stored.get(cacheName)?.get(pathOf(request))?.clone(),
    open: async (/** @type {string} */ name) => {
      const cache = stored.get(name) ?? new Map();
      stored.set(name, cache);
      return {
        put: async (/** @type {any} */ request, /** @type {Response} */ answer) => cache.set(pathOf(request), answer),
        addAll: async (/** @type {string[]} */ paths) => {
          for (const path of paths) {
            cache.set(pathOf(path), await network(path));
          }
        },
      };
    },
  },
});
// As the build leaves it but for the two values that it puts in.
await import(/** @type {string} */ ('../../main/web/shell.js'));

async function fire(/** @type {string} */ name) {
  let work = Promise.resolve();
  listeners[name]({ waitUntil: (/** @type {Promise<void>} */ promise) => (work = promise) });
  await work;
}

/** What the worker answers to a request; undefined: it leaves it to the browser. */
async function ask(/** @type {string} */ path, method = 'GET', mode = 'cors') {
  /** @type {Promise<Response> | undefined} */
  let answer;
  listeners.fetch({
    request: { url: new URL(path, ORIGIN).href, method, mode },
    respondWith: (/** @type {Promise<Response>} */ promise) => (answer = promise),
  });
  return answer && (await answer).text();
}

const serve = (/** @type {string} */ word) => async (/** @type {string} */ path) => new Response(`${word} ${path} assets/{version}/main.js`);
const fail = async () => {
  throw new TypeError('no network');
};

test('keeps the page and its assets, and forgets those of other versions', async () => {
  stored.set('tailrace-board-old', new Map());
  stored.set('something-else', new Map());
  network = serve('kept');
  await fire('install');
  await fire('activate');
  assert.deepEqual([...stored.keys()].sort(), ['something-else', 'tailrace-board-{version}']);
  assert.deepEqual([...(stored.get('tailrace-board-{version}')?.keys() ?? [])].sort(), ['/', '/{assets}']);
});

test('does not mix a page with the assets of another version', async () => {
  network = async () => new Response('assets/another/main.js');
  await assert.rejects(fire('install'));
});

test('the page is the node\'s own while it answers, and else the one that was kept', async () => {
  network = serve('fresh');
  assert.match(await ask('/?board=x', 'GET', 'navigate'), /^fresh/);
  network = fail;
  assert.match(await ask('/?board=x', 'GET', 'navigate'), /^kept/);
  network = async () => new Response('bad gateway', { status: 502 });
  assert.match(await ask('/', 'GET', 'navigate'), /^kept/);
});

test('a network that says nothing is not waited for', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  network = () => new Promise(() => {});
  const answer = ask('/', 'GET', 'navigate');
  await new Promise((resolve) => setImmediate(resolve));
  mock.timers.tick(4000);
  assert.match(await answer, /^kept/);
  mock.timers.reset();
});

test('answers of the API pass it by, and so does everything that is no reading', async () => {
  network = fail;
  assert.equal(await ask('/v1/channels/board:x/snapshot'), undefined);
  assert.equal(await ask('/v1/stream?channel=board:x'), undefined);
  assert.equal(await ask('/problems/none', 'GET', 'navigate'), undefined);
  assert.equal(await ask('/', 'POST', 'navigate'), undefined);
  assert.equal(await ask('http://other/assets/x/main.js'), undefined);
});

test('assets come from what was kept, others from the network', async () => {
  network = serve('fresh');
  assert.match(await ask('/assets/else/main.js'), /^fresh/);
});
