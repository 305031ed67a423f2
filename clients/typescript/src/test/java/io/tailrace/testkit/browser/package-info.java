/**
 * What tests have of the browser driver: its Node, and the Chromium of this machine that it drives. For the modules that
 * test scripts and pages; touches nothing of ours.
 */
@NullMarked
package io.tailrace.testkit.browser;

import org.jspecify.annotations.NullMarked;
