/**
 * Clients behind real proxies: five kinds, each in three settings, all at once. What comes of it is the table in
 * {@code docker/BEHIND-YOUR-PROXY.md}.
 */
@NullMarked
package io.tailrace.field.proxy;

import org.jspecify.annotations.NullMarked;
