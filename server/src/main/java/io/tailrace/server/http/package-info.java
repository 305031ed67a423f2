/**
 * How we speak HTTP: the listener and its limits, routes, problems, bodies, parameters, trace ids and the journal. Every
 * other room of the server may use it; it knows the wire and the log's failure, and nothing of what is served.
 */
@NullMarked
package io.tailrace.server.http;

import org.jspecify.annotations.NullMarked;
