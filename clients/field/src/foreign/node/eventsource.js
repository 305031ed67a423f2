// npm eventsource: the browser's EventSource for Node, with headers by way of its fetch.

import { EventSource } from 'eventsource';

const { URL: url, TOKEN: token } = process.env;

const source = new EventSource(url, {
  fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } }),
});
source.onmessage = (event) => console.log(JSON.parse(event.data).seq, event.lastEventId);
source.onerror = (event) => console.error(event.code ?? '', event.message ?? '');
