// @tailrace/client: everything that applications may use.

export { type LinkOptions, openLink } from './connection.ts';
export { Refused, Unreachable } from './link.ts';
export type {
  Answer,
  ApiRequest,
  ChannelEvent,
  ChannelListener,
  ConnectionState,
  Follow,
  Link,
  PresenceFrame,
  PresentMember,
  Problem,
  ReceiptFrame,
  SignalFrame,
  Start,
} from './link.ts';
export type { Observable } from './observable.ts';
export type { Clock } from './clock.ts';
export { connect } from './connect.ts';
export type { ConnectOptions } from './connect.ts';
export type {
  Channel,
  EventMap,
  EventOf,
  HistoryPage,
  KeyedOptions,
  Listener,
  RecentOptions,
  Snapshot,
  WriteOptions,
} from './channel.ts';
export { indexedDb } from './indexeddb.ts';
export type { Here, Presence, PresenceState } from './presence.ts';
export type { Conflict, Item, Replica, ReplicaState } from './replica.ts';
export { memory } from './storage.ts';
export type { Storage, StoredChannel, StoredWrite } from './storage.ts';
export type { Tailrace } from './tailrace.ts';
export type { TokenSource } from './tokens.ts';
export type { Failure, Outcome, Write, WriteState } from './write.ts';
