package io.tailrace.server.embedded;

/** What keeps a command from being done, in one line for the person at the terminal. */
final class StartRefused extends Exception {

    private static final long serialVersionUID = 1;

    StartRefused(String line) {
        super(line);
    }

    StartRefused(String line, Throwable cause) {
        super(line + " (" + reason(cause) + ")", cause);
    }

    private static String reason(Throwable cause) {
        var message = cause.getMessage();
        return message == null
                ? cause.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
