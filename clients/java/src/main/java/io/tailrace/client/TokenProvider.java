package io.tailrace.client;

/**
 * Where an application's tokens come from. Called on a thread of the client's own that may block, one call at a time:
 * at the start, before the current token ends, and when the server no longer takes it.
 */
@FunctionalInterface
public interface TokenProvider {

    /**
     * A token that is good now. It is kept until shortly before it ends where it tells its own end ({@code exp} of a
     * JWT), else until the server refuses it.
     *
     * @return the token, without {@code Bearer}
     * @throws Exception when there is none now; asked again later, with growing pauses. Given up after 30 s.
     */
    String token() throws Exception;
}
