/**
 * Where writes wait until the server has them: a seam that an application may fill with its own database, a file that
 * survives crashes, and memory. Knows nothing of the network.
 */
@NullMarked
package io.tailrace.client.queue;

import org.jspecify.annotations.NullMarked;
