// Follows a channel at each of several places with the client library, and says what it sees, a line of JSON each.

import { openLink } from '../../../../typescript/src/connection.ts';

interface Place {
  readonly name: string;
  readonly url: string;
  readonly channel: string;
}

const places: Place[] = JSON.parse(process.env.PLACES as string);
const token = process.env.TOKEN as string;

const say = (what: object): void => console.log(JSON.stringify({ at: Date.now(), ...what }));

for (const { name, url, channel } of places) {
  const link = openLink({ url, token });
  link.connection.subscribe((state) => say({ name, state: state.name, reason: state.reason ?? '' }));
  say({ name, asked: true });
  link.follow(channel, { event: ({ seq }) => say({ name, seq }) }, 'start');
}
