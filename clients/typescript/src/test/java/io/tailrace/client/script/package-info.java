/** Runs what tests the TypeScript client, and looks at it as it is packed. May touch nothing but the file system. */
@NullMarked
package io.tailrace.client.script;

import org.jspecify.annotations.NullMarked;
