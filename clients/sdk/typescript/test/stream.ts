import { EventFromJSON, SnapshotRequiredFrameFromJSON, type Event, type SnapshotRequiredFrame } from '@tailrace/sdk';
import { EventSource } from 'eventsource'; // in Node.js; a browser has one

// readme
/** The stream. It connects again by itself and resumes; a ticket stands in for the token, which it cannot send. */
export function follow(
  server: string,
  channels: string[], // names, or `name@seq` to start behind an event
  ticket: string,
  on: { event(event: Event): void; snapshotRequired(frame: SnapshotRequiredFrame): void },
): EventSource {
  const query = new URLSearchParams([...channels.map((channel) => ['channel', channel]), ['ticket', ticket]]);
  const stream = new EventSource(`${server}/v1/stream?${query}`);
  stream.onmessage = ({ data }) => on.event(EventFromJSON(JSON.parse(data)));
  stream.addEventListener('snapshot.required', ({ data }) =>
    on.snapshotRequired(SnapshotRequiredFrameFromJSON(JSON.parse(data))),
  );
  stream.addEventListener('end', () => stream.close()); // for good; frames of other names do nothing
  return stream;
}
// end
