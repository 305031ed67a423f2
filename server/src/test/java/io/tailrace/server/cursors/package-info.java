@NullMarked
package io.tailrace.server.cursors;

import org.jspecify.annotations.NullMarked;
