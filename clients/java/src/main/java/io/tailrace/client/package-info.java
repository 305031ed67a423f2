/**
 * A client of Tailrace for the JVM, Kotlin and Android: follows channels with exact resume, writes through a queue that
 * survives being offline, and keeps state that is shown before the server has confirmed it.
 *
 * <p>Begin with {@link io.tailrace.client.Tailrace#builder()}. Nothing here imports anything of the server: the OpenAPI
 * document is the contract, and members of answers that it does not name yet are ignored. All methods may be called from
 * any thread, and none of them waits for the network; where one touches a file, its Javadoc says so. What the client has
 * to tell comes on one thread at a time, see {@link io.tailrace.client.TailraceBuilder#callbacks}.
 */
@NullMarked
package io.tailrace.client;

import org.jspecify.annotations.NullMarked;
