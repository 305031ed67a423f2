// Serves the page while the network does not: a service worker, one for each packing of the page. It keeps the page and
// its assets and nothing else; what the API answers passes it by.

const VERSION = '{version}';
const ASSETS = ['{assets}'];
const PREFIX = 'tailrace-board-';
/** Of whichever origin the request names, the answer is the same: `Vary` is of no matter here. */
const KEPT = { cacheName: PREFIX + VERSION, ignoreVary: true };
/** A page that was kept is shown when the network has not answered by then. */
const PATIENCE_MS = 4000;

const worker = /** @type {any} */ (self);

worker.addEventListener('install', (/** @type {any} */ event) => {
  worker.skipWaiting(); // open pages have loaded all that they need
  event.waitUntil(keep());
});

worker.addEventListener('activate', (/** @type {any} */ event) => {
  event.waitUntil(forgetOthers().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (/** @type {any} */ event) => {
  /** @type {Request} */
  const request = event.request;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) {
    return;
  }
  if (request.mode === 'navigate' && pathname === '/') {
    event.respondWith(page(request));
  } else if (pathname.startsWith('/assets/')) {
    event.respondWith(asset(request));
  }
});

/** Keeps the page with the assets that it names; fails, to be tried again later, when the node serves another packing. */
async function keep() {
  const answer = await fetch('/', { cache: 'no-cache' });
  if (!answer.ok || !(await answer.clone().text()).includes(`assets/${VERSION}/`)) {
    throw new Error('the page is of another version');
  }
  const cache = await caches.open(KEPT.cacheName);
  await cache.addAll(ASSETS);
  await cache.put('/', answer);
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== KEPT.cacheName).map((name) => caches.delete(name)));
}

/**
 * The page as the node has it now, or else as it was kept.
 *
 * @param {Request} request
 * @returns {Promise<Response>}
 */
async function page(request) {
  const fresh = fetch(request);
  const kept = await caches.match('/', KEPT);
  if (!kept) {
    return fresh;
  }
  /** @type {Promise<Response>} */
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
  const answer = await Promise.race([fresh, late]).catch(() => kept);
  return answer.status >= 500 ? kept : answer;
}

/**
 * What carries a hash in its address never changes.
 *
 * @param {Request} request
 * @returns {Promise<Response>}
 */
async function asset(request) {
  return (await caches.match(request, KEPT)) ?? fetch(request);
}
