/** The proxy files under the real proxies, and the rest of what is deployed held to what it says. */
@NullMarked
package io.tailrace.docker;

import org.jspecify.annotations.NullMarked;
