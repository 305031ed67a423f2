/**
 * The board and a plain {@code EventSource} in a real browser, on nodes started by the launcher as a person would. Knows
 * the server only by what it prints and serves. Screenshots go to {@code target/screenshots}.
 */
@NullMarked
package io.tailrace.server.browser;

import org.jspecify.annotations.NullMarked;
