package io.tailrace.wire;

import org.jspecify.annotations.Nullable;

/**
 * What a client asks to append: the body of {@code POST /v1/channels/{channel}/events}.
 *
 * @param type what kind of event, see {@link EventType}
 * @param data the event itself, any JSON value
 * @param key which item of a keyed channel this is about: 1 to 256 characters without control characters; null: none
 * @param ref the author's own mark, echoed in receipt, frame and history so that it knows its own event: 1 to 64
 *     characters without control characters; null: none
 * @param by in whose name it is to be, which asks for {@code publish_as} where that is another's: 1 to 128 characters
 *     without control characters; null: in its author's
 */
public record EventDraft(
        String type,
        Json data,
        @Nullable String key,
        @Nullable String ref,
        @Nullable String by) {

    /** Characters (code points) in the longest key. */
    public static final int MAX_KEY_LENGTH = 256;

    /** Characters (code points) in the longest ref. */
    public static final int MAX_REF_LENGTH = 64;

    /** Characters (code points) in the longest name of a user. */
    public static final int MAX_USER_LENGTH = 128;

    /** @throws IllegalArgumentException when a component is out of its bounds */
    public EventDraft {
        if (!EventType.matches(type)) {
            throw new IllegalArgumentException("type" + EventType.RULE);
        }
        requireLine(key, MAX_KEY_LENGTH, "key");
        requireLine(ref, MAX_REF_LENGTH, "ref");
        requireLine(by, MAX_USER_LENGTH, "by");
    }

    static void requireLine(@Nullable String text, int max, String name) {
        if (text == null) {
            return;
        }
        if (text.isEmpty()
                || text.codePointCount(0, text.length()) > max
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(name + " is 1 to " + max + " characters, none a control character");
        }
    }
}
