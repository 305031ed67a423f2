// What holds streams, in a file of its own: the SharedWorker runs it, and a page that has no worker imports it.

import { randomId, systemClock } from './clock.ts';
import { Host, type ToHost } from './host.ts';

export { sit } from './seat.ts';

const scope = globalThis as unknown as { onconnect?: (event: MessageEvent) => void; name: string };

if ('onconnect' in scope) {
  const host = new Host({ clock: systemClock, fetch: (input, init) => fetch(input, init) });

  // Pages wait for this lock to learn that the worker is gone.
  const up = `${scope.name} worker ${randomId()}`;
  const held = new Promise<void>((resolve) => {
    navigator.locks.request(up, () => {
      resolve();
      return new Promise(() => {});
    });
  });

  scope.onconnect = ({ ports }) => {
    const port = ports[0] as MessagePort;
    const guest = host.admit((message) => port.postMessage(message));
    port.onmessage = ({ data }: MessageEvent<ToHost>) => guest(data);
    held.then(() => port.postMessage({ up }));
  };
}
