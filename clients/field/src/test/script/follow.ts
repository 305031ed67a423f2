// Follows a channel with the client library and says what it sees: `event seq millis`, and `state seq key=value …`
// whenever its items have changed.

import { connect } from '../../../../typescript/src/index.ts';

const { URL: url, CHANNEL, TOKEN } = process.env as Record<string, string>;

const tailrace = connect({ url, token: TOKEN });
const channel = tailrace.channel<{ moved: { n: number } }>(CHANNEL);
channel.subscribe({ event: ({ seq }) => console.log(`event ${seq} ${Date.now()}`) }, { after: 0 });
channel.keyed<{ n: number }>().subscribe(({ items, seq }) => {
  const pairs = [...items].map(([key, { value }]) => `${key}=${value.n}`).sort();
  console.log(`state ${seq} ${pairs.join(' ')}`);
});
tailrace.connection.subscribe(({ name, reason }) => console.log(`connection ${name} ${reason ?? ''}`));
