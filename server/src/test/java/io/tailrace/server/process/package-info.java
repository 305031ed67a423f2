/**
 * Whole nodes as processes of their own, in production form: killed, suspended, restarted, and cut off from their
 * databases, under writers and readers that behave as clients do.
 */
@NullMarked
package io.tailrace.server.process;

import org.jspecify.annotations.NullMarked;
