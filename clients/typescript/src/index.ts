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
