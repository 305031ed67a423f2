// The connection against live nodes, by each transport. NODES (two origins), TOKEN and CHANNELS (names that nobody else
// uses) come from the environment.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openLink } from '../../../../typescript/src/connection.ts';
import type { LinkOptions } from '../../../../typescript/src/connection.ts';
import type { ChannelListener, Link } from '../../../../typescript/src/link.ts';

const { NODES = '[]', TOKEN = '', CHANNELS = '[]' } = process.env;
const nodes = JSON.parse(NODES) as string[];
const channels = JSON.parse(CHANNELS) as string[];
const DEADLINE_MS = 30_000;

async function until(holds: () => unknown, what: () => unknown): Promise<void> {
  for (const deadline = Date.now() + DEADLINE_MS; !holds(); ) {
    assert.ok(Date.now() < deadline, JSON.stringify(what()));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const links: Link[] = [];

after(() => links.forEach((link) => link.close()));

function open(options: Partial<LinkOptions> = {}): Link {
  const link = openLink({ url: nodes, token: TOKEN, client: 'link/1', ...options });
  links.push(link);
  return link;
}

async function write(link: Link, channel: string, count: number): Promise<void> {
  const writes = Array.from({ length: count }, () => ({ idempotency_key: crypto.randomUUID(), channel, type: 'noted', data: 1 }));
  for (let at = 0; at < count; at += 100) {
    await link.request({ method: 'POST', path: '/v1/writes', body: { writes: writes.slice(at, at + 100) } });
  }
}

const upTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** Follows a channel and keeps what it is told. */
function watch(link: Link, channel: string, after: Parameters<Link['follow']>[2], more: ChannelListener = {}) {
  const seqs: number[] = [];
  let live = -1;
  const follow = link.follow(channel, { event: ({ seq }) => void seqs.push(seq), live: (seq) => (live = seq), ...more }, after);
  return { seqs, follow, live: () => live };
}

for (const transport of ['fetch', 'poll'] as const) {
  test(`R-21: ${transport}: many channels, followed from where each is to begin, added and taken while it lives`, async () => {
    const link = open({ transport });
    const names = Array.from({ length: 40 }, () => channels.pop() as string);
    const [first, second] = names as [string, string];
    await write(link, first, 30);
    const all = watch(link, first, 'start');
    const some = watch(link, first, { after: 20 });
    const now = watch(link, second, 'now');
    await until(() => all.seqs.length === 30 && some.seqs.length === 10 && now.live() === 0, () => [all.seqs, some.seqs, now.live()]);
    const others = names.slice(2).map((name) => watch(link, name, 'start'));
    await Promise.all(names.map((name) => write(link, name, 5)));
    await until(() => others.every(({ seqs }) => seqs.length === 5) && now.seqs.length === 5, () => others.map(({ seqs }) => seqs.length));
    assert.deepEqual([all.seqs, some.seqs, now.seqs], [upTo(35), upTo(35, 21), upTo(5)]);
    others.forEach(({ seqs, follow }) => {
      assert.deepEqual(seqs, upTo(5));
      follow.stop();
    });
    await write(link, first, 5);
    await until(() => all.seqs.length === 40, () => all.seqs);
    assert.deepEqual(all.seqs, upTo(40));
  });

  test(`R-24: ${transport}: a position that means nothing gives a snapshot, and then what comes after it`, async () => {
    const link = open({ transport });
    const channel = channels.pop() as string;
    await write(link, channel, 3);
    const heads: number[] = [];
    const watched = watch(link, channel, { position: '9~99' }, {
      async snapshotRequired(_, head) {
        heads.push(head);
        const { body } = await link.request<{ position: string }>({ method: 'GET', path: `/v1/channels/${channel}/snapshot` });
        return { position: body.position };
      },
    });
    await until(() => watched.live() === 3, () => link.connection.value);
    await write(link, channel, 2);
    await until(() => watched.seqs.length === 2, () => watched.seqs);
    assert.deepEqual([heads, watched.seqs, watched.follow.position], [[3], [4, 5], '5']);
  });
}

test('R-22: a page that was away for longer than a stream goes on where its position says', async () => {
  const channel = channels.pop() as string;
  const before = open();
  const first = watch(before, channel, 'start');
  await write(before, channel, 10);
  await until(() => first.seqs.length === 10, () => first.seqs);
  const position = first.follow.position as string;
  before.close();
  const later = open({ url: [...nodes].reverse() });
  await write(later, channel, 700);
  const second = watch(later, channel, { position });
  await until(() => second.seqs.length === 700, () => [second.seqs.length, later.connection.value]);
  assert.deepEqual(second.seqs, upTo(710, 11));
  await until(() => later.connection.value.name === 'live' && second.live() >= 10, () => later.connection.value);
});
