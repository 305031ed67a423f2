// Follows a channel through each of several lines with the client library, and says what it sees: `port seq`, and
// `port live` once it listens. Waits between attempts are as short as chance allows.

import { systemClock } from '../../../../typescript/src/clock.ts';
import { openLink } from '../../../../typescript/src/connection.ts';

const { PORTS, CHANNEL, TOKEN } = process.env as Record<string, string>;

for (const port of PORTS.split(',')) {
  const link = openLink({ url: `http://127.0.0.1:${port}`, token: TOKEN, clock: { ...systemClock, random: () => 0 } });
  let live = false;
  link.follow(
    CHANNEL,
    {
      event: ({ seq }) => console.log(`${port} ${seq}`),
      live: () => {
        if (!live) {
          live = true;
          console.log(`${port} live`);
        }
      },
    },
    'now',
  );
}
