package io.tailrace.client;

import java.util.regex.Pattern;

/** The form of a channel's position: its seq, behind the log's epoch where that is not the first. */
final class Positions {

    static final Pattern FORM = Pattern.compile("(?:([1-9][0-9]{0,8})~)?(0|[1-9][0-9]{0,17})");

    private Positions() {}

    /** @param epoch 0: not known, which the server takes for the first and is told so when it is not */
    static String of(int epoch, long seq) {
        return epoch > 1 ? epoch + "~" + seq : Long.toString(seq);
    }

    /** The epoch that a position names; 0: it is no position of a channel. */
    static int epoch(String position) {
        var match = FORM.matcher(position);
        return !match.matches() ? 0 : match.group(1) == null ? 1 : Integer.parseInt(match.group(1));
    }
}
