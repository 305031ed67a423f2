package io.tailrace.log;

/**
 * The ends of a channel's log at one moment.
 *
 * @param epoch the log's epoch, from 1
 * @param seq the last event's number; 0: none was ever appended
 * @param floor the number of the last event that is no longer retained; 0: all are. {@code after >= floor} can be read
 * @param accessEpoch the tenant's access epoch
 */
public record Head(int epoch, long seq, long floor, long accessEpoch) {}
