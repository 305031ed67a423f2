/** Our Java client against live nodes: each thing that it offers, once, as an application would use it. */
@NullMarked
package io.tailrace.field.java;

import org.jspecify.annotations.NullMarked;
