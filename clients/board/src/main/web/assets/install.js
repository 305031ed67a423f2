// Has the page kept for times without a network, and says which scripts may run beside it.

const SHELL = '/shell.js';

/**
 * The page's policy takes addresses of workers only from a trusted source. This one passes two: the service worker, and
 * what the client library shares between windows.
 */
export function trustOurScripts() {
  const ours = new Set([new URL(SHELL, location.origin).href, new URL('./worker.js', import.meta.url).href]);
  /** @type {any} */ (globalThis).trustedTypes?.createPolicy('default', {
    createScriptURL: (/** @type {string} */ address) => (ours.has(new URL(address, location.origin).href) ? address : null),
  });
}

/**
 * Starts the service worker, where there are any: they need TLS or one's own machine. Without one the page works as well,
 * but not when it is opened offline.
 */
export async function keepPage() {
  try {
    await navigator.serviceWorker?.register(SHELL);
  } catch (fault) {
    console.info('This page is not kept for offline use:', fault);
  }
}
