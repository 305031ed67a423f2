// The entry of the SharedWorker that holds one stream for all pages of a browser.

import { systemClock } from './clock.ts';
import { Guest, Host, type ToHost } from './host.ts';

const scope = globalThis as unknown as { onconnect: (event: MessageEvent) => void; name: string };
const host = new Host(systemClock);

// Pages wait for this lock to learn that the worker is gone.
const lock = `${scope.name} worker ${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
const held = new Promise<void>((resolve) => {
  navigator.locks.request(lock, () => {
    resolve();
    return new Promise(() => {});
  });
});

scope.onconnect = ({ ports }) => {
  const port = ports[0] as MessagePort;
  const guest = new Guest((message) => port.postMessage(message));
  port.onmessage = ({ data }: MessageEvent<ToHost>) => host.receive(guest, data);
  held.then(() => port.postMessage({ up: lock }));
};
