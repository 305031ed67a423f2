package io.tailrace.wire;

import java.util.regex.Pattern;

/**
 * What event types look like: 1 to {@value #MAX_LENGTH} characters of {@code [A-Za-z0-9._:/-]}, the first a letter or digit;
 * a version may end it, {@code @} and a number from 1 to 9999 without leading zeros, as {@code card.moved@2}. Types are
 * compared as they are written: {@code card.moved} and {@code card.moved@1} are two.
 */
public final class EventType {

    /** Characters in the longest type, its version included. */
    public static final int MAX_LENGTH = 128;

    /** What is said of a text that is none, behind the name of the member that it stands in. */
    static final String RULE =
            " is 1 to 128 characters of [A-Za-z0-9._:/-], starts with a letter or digit, and may end in a"
                    + " version from @1 to @9999";

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}(@[1-9][0-9]{0,3})?");

    private EventType() {}

    /** Whether {@code text} can be the type of an event. */
    static boolean matches(String text) {
        return text.length() <= MAX_LENGTH && FORM.matcher(text).matches();
    }

    /** A type without its version. */
    public static String unversioned(String type) {
        int at = type.indexOf('@');
        return at < 0 ? type : type.substring(0, at);
    }
}
