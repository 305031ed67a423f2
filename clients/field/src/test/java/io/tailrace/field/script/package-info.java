/** What the TypeScript client makes of writes, state and presence: in Node and in Chromium, against live nodes. */
@NullMarked
package io.tailrace.field.script;

import org.jspecify.annotations.NullMarked;
