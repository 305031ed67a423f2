/**
 * What tests stand on: real PostgreSQL and Redis servers as child processes, and waiting for conditions. Shared with
 * the modules above as a test jar.
 */
@NullMarked
package io.tailrace.testkit;

import org.jspecify.annotations.NullMarked;
