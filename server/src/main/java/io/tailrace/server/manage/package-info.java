/**
 * What managers do: channels, members, contracts and revocations over HTTP, each a few lines over the log. May use
 * {@code http}, {@code access}, {@code schema}, the log and the wire.
 */
@NullMarked
package io.tailrace.server.manage;

import org.jspecify.annotations.NullMarked;
