/**
 * The bench: one command that measures Tailrace beside what a user would pick instead, and beside the floor of the
 * kernel, in one run on one machine. This package is the command; scenarios, servers, load, the machine's accounting and
 * the report have packages of their own.
 */
@NullMarked
package io.tailrace.bench;

import org.jspecify.annotations.NullMarked;
