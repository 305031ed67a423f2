/**
 * Who is here. {@link io.tailrace.presence.Presence} keeps leases of devices; {@link io.tailrace.presence.Rosters} watches
 * the member lists of channels for a node and tells what changed. Knows neither the log nor streams.
 */
@NullMarked
package io.tailrace.presence;

import org.jspecify.annotations.NullMarked;
