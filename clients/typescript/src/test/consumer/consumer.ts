// An application, as far as its compiler sees it: against the types that are packed.

import { connect, openLink, Refused, Unreachable } from '@tailrace/client';
import { cursors } from '@tailrace/client/cursors';
import type { ChannelListener, ConnectionState, Follow, Link, LinkOptions, Start } from '@tailrace/client';

interface Card {
  readonly column: 'now' | 'done';
}

interface Events {
  readonly 'card.moved': Card;
}

const options: LinkOptions = { url: ['https://a.example', 'https://b.example'], token: async () => 'token', profile: 'mobile' };
const link: Link = openLink(options);

const listener: ChannelListener = {
  event: ({ seq, type, data }, position) => console.log(seq.toFixed(), type, data, position.length),
  snapshotRequired: async (floor, head): Promise<Start> => (floor < head ? { position: `${head}` } : 'now'),
  presence: ({ members, joined }) => console.log([...(members ?? []), ...(joined ?? [])].map(({ user }) => user)),
  refused: ({ type, detail }) => console.log(type, detail?.length),
};
const follow: Follow = link.follow('chat:a', listener, { after: 7 });
const position: string | null = follow.position;

function words({ name, retryAt }: ConnectionState): string {
  switch (name) {
    case 'connecting':
    case 'live':
    case 'catching-up':
    case 'degraded':
    case 'polling':
    case 'unauthorized':
      return name;
    case 'offline':
      return `${name} until ${retryAt?.toFixed()}`;
  }
}

try {
  const { body } = await link.request<{ head: number }>({ method: 'GET', path: '/v1/channels/chat:a' });
  console.log(body.head.toFixed(), words(link.connection.value), position);
} catch (error) {
  if (error instanceof Refused) {
    console.log(error.problem.title, error.passing, error.retryAfterMs);
  } else if (error instanceof Unreachable) {
    console.log(error.message);
  }
}

const board = connect({ url: 'https://rt.example', token: 'token' }).channel<Events>('board:roadmap');
board.write('card.moved', { column: 'done' });
const pointers = cursors<{ x: number }>(board);
pointers.move({ x: 1 });
// @ts-expect-error: not what they are made of
pointers.move({ y: 1 });
pointers.others.subscribe((others) => others.forEach(({ cursor }) => console.log(cursor.x.toFixed())));
// @ts-expect-error: no such column
board.write('card.moved', { column: 'later' });
// @ts-expect-error: no such event
board.write('card.burnt', {});
// @ts-expect-error: not a transport
openLink({ ...options, transport: 'carrier pigeon' });

export {};
