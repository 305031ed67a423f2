import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import {
  Configuration,
  ManagingApi,
  OperatingApi,
  PresentApi,
  ProblemFromJSON,
  ReadingApi,
  ResponseError,
  StreamingApi,
  WritingApi,
  type BatchWrite,
  type Event,
  type EventDraft,
  type Problem,
} from '@tailrace/sdk';
import { follow } from './stream.js';

const { TAILRACE_URL: url, TAILRACE_TOMORROW_URL: tomorrow, TAILRACE_TOKEN: token } = process.env;
assert.ok(url && tomorrow && token);

// readme
const configuration = new Configuration({ basePath: url, accessToken: async () => token });
const writing = new WritingApi(configuration);
const reading = new ReadingApi(configuration);
// end
const present = new PresentApi(configuration);
const managing = new ManagingApi(configuration);
const streaming = new StreamingApi(configuration);

// readme
/** Why it was refused, also where the document knows no answer of this status. */
async function problem(refused: unknown): Promise<Problem> {
  if (!(refused instanceof ResponseError)) throw refused;
  return ProblemFromJSON(await refused.response.json());
}
// end

// readme
/** All pages: `next` is an address, whose parameters the next request takes over. */
async function history(channel: string, limit: number): Promise<Event[]> {
  let page = await reading.readHistory({ channel, limit });
  const events = [...page.events];
  while (page.next) {
    const next = new URL(page.next, url).searchParams;
    const [after, epoch] = [Number(next.get('after')), Number(next.get('epoch'))];
    page = await reading.readHistory({ channel, limit, after, epoch });
    events.push(...page.events);
  }
  return events;
}
// end

const moved = { column: 'doing', rank: 1.5, done: null, tags: ['a'] };
const draft: EventDraft = { type: 'card.moved', key: 'card:7', data: moved };
const newChannel = (namespace = 'board') => `${namespace}:${randomUUID()}`;
const write = (channel: string, over: Partial<EventDraft> = {}, idempotencyKey: string = randomUUID(), ifMatch?: string) =>
  writing.appendEventRaw({ channel, idempotencyKey, ifMatch, eventDraft: { ...draft, ...over } });
const refusal = (request: Promise<unknown>): Promise<unknown> =>
  request.then(
    () => assert.fail('it was not refused'),
    (error: unknown) => error,
  );

async function writeBatch(channel: string, events: number): Promise<void> {
  const writes = Array.from({ length: events }, (_, i): BatchWrite => ({
    idempotencyKey: randomUUID(), channel, type: 'card.added', key: `card:${i + 1}`, data: i + 1,
  }));
  const { results } = await writing.appendBatch({ writeBatch: { writes } });
  assert.deepEqual(results.map((result) => result.status), Array(events).fill(201));
}

test('R-10 R-91 writes, and replays the same key', async () => {
  const channel = newChannel();
  const key = randomUUID();
  const first = await write(channel, {}, key);
  const again = await write(channel, {}, key);
  const receipt = await first.value();
  assert.equal(first.raw.status, 201);
  assert.equal(receipt.seq, 1);
  assert.ok(receipt.at instanceof Date);
  assert.equal(first.raw.headers.get('etag'), '"1"');
  assert.equal(first.raw.headers.get('idempotent-replayed'), null);
  assert.equal(again.raw.headers.get('idempotent-replayed'), 'true');
  assert.deepEqual(await again.value(), receipt);
});

test('R-10 R-91 is refused another draft under a key', async () => {
  const channel = newChannel();
  const key = randomUUID();
  await write(channel, {}, key);
  const refused = await problem(await refusal(write(channel, { data: 'another' }, key)));
  assert.equal(refused.status, 422);
  assert.equal(refused.type, '/problems/idempotency-key-reused');
});

test('R-14 R-91 reads the current value when it loses a race', async () => {
  const channel = newChannel();
  await write(channel);
  const { status, current } = await problem(await refusal(write(channel, {}, randomUUID(), '"0"')));
  assert.equal(status, 412);
  assert.deepEqual(current?.data, moved);
  const won = await write(channel, {}, randomUUID(), `"${current?.seq}"`);
  assert.equal((await won.value()).seq, 2);
});

test('R-91 keeps data, but no more digits than a number of JavaScript has', async () => {
  const channel = newChannel();
  await write(channel);
  await write(channel, { data: null });
  const raw = '{"type":"big","data":9007199254740993}';
  const sent = await fetch(`${url}/v1/channels/${channel}/events`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() },
    body: raw,
  });
  assert.equal(sent.status, 201);
  const data = (await history(channel, 10)).map((event) => event.data);
  assert.deepEqual(data, [moved, null, 9007199254740992]);
});

test('R-20 R-91 reads history to its end, page by page', async () => {
  const channel = newChannel();
  await writeBatch(channel, 25);
  assert.deepEqual((await history(channel, 10)).map((event) => event.seq), Array.from({ length: 25 }, (_, i) => i + 1));
});

test('R-24 R-91 reads a snapshot', async () => {
  const channel = newChannel();
  await writeBatch(channel, 3);
  await write(channel, { key: 'card:2' });
  const snapshot = await reading.readSnapshot({ channel, min: 4 });
  assert.equal(snapshot.seq, 4);
  assert.deepEqual(snapshot.items.map((item) => item.key).sort(), ['card:1', 'card:2', 'card:3']);
});

test('R-15 R-91 sends a batch and reads each result', async () => {
  const channel = newChannel();
  const add = (): BatchWrite => ({
    idempotencyKey: randomUUID(), channel, type: 'card.added', key: 'card:8', data: {}, ifMatch: '0',
  });
  const first = add();
  const { results } = await writing.appendBatch({ writeBatch: { writes: [first, first, add()] } });
  assert.equal(results[0]?.receipt?.seq, 1);
  assert.equal(results[1]?.replayed, true);
  assert.equal(results[2]?.status, 412);
  assert.equal(results[2]?.problem?.current?.seq, 1);
});

test('R-30 R-91 comes, is seen, and leaves', async () => {
  const channel = newChannel();
  const lease = await present.putPresence({
    channel, presenceBeat: { state: 'idle', mode: 'editing', meta: { colour: 'red' } },
  });
  assert.ok(lease.ttlMs > 0);
  const { members } = await present.listPresence({ channel });
  assert.deepEqual(
    members.map(({ user, state, meta }) => ({ user, state, meta })),
    [{ user: 'ada', state: 'idle', meta: { colour: 'red' } }],
  );
  await present.leavePresence({ channel });
  assert.equal((await present.listPresence({ channel })).count, 0);
});

test('R-72 R-91 adds a member and removes it', async () => {
  const member = { channel: newChannel(), user: 'grace' };
  assert.equal((await managing.putMember({ ...member, memberSpec: { role: 'editor' } })).seq, 1);
  assert.equal((await managing.getMember(member)).role, 'editor');
  assert.equal((await managing.removeMember(member)).seq, 2);
  assert.equal((await problem(await refusal(managing.getMember(member)))).status, 404);
});

test('R-91 gets a ticket and extends it', async () => {
  const channel = newChannel();
  await write(channel);
  const { ticket, expiresAt } = await streaming.createTicket({ ticketRequest: { channels: [channel], ttl: 60 } });
  const extended = await streaming.extendTicket({ ticketExtension: { ticket, ttl: 600 } });
  assert.ok(extended.expiresAt > expiresAt);
  const page = await new ReadingApi(new Configuration({ basePath: url })).readHistory({ channel, ticket });
  assert.equal(page.head, 1);
});

test('R-91 gets nothing of 202 in an ephemeral channel', async () => {
  const receipt = await writing.appendEvent({
    channel: newChannel('pulse'), idempotencyKey: randomUUID(), eventDraft: draft,
  });
  assert.equal(receipt, null);
});

test('R-20 R-21 R-91 follows with the stream of the README, past frames that it does not know', async () => {
  const channel = newChannel();
  await writeBatch(channel, 3);
  const { ticket } = await streaming.createTicket({ ticketRequest: { channels: [channel] } });
  const seen: number[] = [];
  const stream = await new Promise<ReturnType<typeof follow>>((resolve, reject) => {
    const open = follow(tomorrow, [`${channel}@0`], ticket, {
      event: ({ seq }) => {
        seen.push(seq);
        if (seq === 3) void write(channel);
        if (seq === 4) resolve(open);
      },
      snapshotRequired: reject,
    });
  });
  stream.close();
  assert.deepEqual(seen, [1, 2, 3, 4]);
});

test('R-91 is not broken by what a later server says', async () => {
  const channel = newChannel();
  const later = new Configuration({ basePath: tomorrow, accessToken: token });
  const key = randomUUID();
  const laterWriting = new WritingApi(later);
  const receipt = await laterWriting.appendEvent({ channel, idempotencyKey: key, eventDraft: draft });
  assert.equal(receipt?.type, 'something.else@9999');
  const laterPresent = new PresentApi(later);
  await laterPresent.putPresence({ channel, presenceBeat: {} });
  const page = await new ReadingApi(later).readHistory({ channel });
  assert.deepEqual(page.events.map(({ type, data }) => ({ type, data })), [{ type: 'something.else@9999', data: moved }]);
  assert.equal((await new ReadingApi(later).readSnapshot({ channel })).items.length, 1);
  // A value that it does not know comes as it is: a switch over the values needs a default.
  assert.equal(String((await laterPresent.listPresence({ channel })).members[0]?.state), 'hovering');
  const laterManaging = new ManagingApi(later);
  assert.equal(String((await laterManaging.getChannel({ channel })).contract.conflict), 'vote');
  await laterManaging.putMember({ channel, user: 'grace', memberSpec: { role: 'viewer' } });
  assert.equal(String((await laterManaging.getMember({ channel, user: 'grace' })).role), 'owner');
  assert.ok((await laterManaging.listAudit({ limit: 1000 })).entries.length > 0);
  assert.ok((await new StreamingApi(later).createTicket({ ticketRequest: { channels: [channel] } })).ticket);
  assert.ok((await new OperatingApi(later).getReadiness()).parts);
  const reused = laterWriting.appendEvent({ channel, idempotencyKey: key, eventDraft: { ...draft, data: 1 } });
  assert.equal((await problem(await refusal(reused))).type, '/problems/of-tomorrow');
  const unheard = (await refusal(laterManaging.getMember({ channel, user: 'nobody' }))) as ResponseError;
  assert.equal(unheard.response.status, 418);
  assert.ok((await problem(unheard)).title);
});
