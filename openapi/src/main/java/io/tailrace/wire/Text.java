package io.tailrace.wire;

import org.jspecify.annotations.Nullable;

/** What we refuse in any string that a client sends: what PostgreSQL or a UTF-8 encoder could not keep. */
final class Text {

    private Text() {}

    /**
     * Returns {@code text} as it is.
     *
     * @throws JsonFault when it holds U+0000 or a surrogate without its pair
     */
    static String checked(String text) {
        @Nullable String wrong = wrong(text);
        if (wrong != null) {
            throw new JsonFault(wrong);
        }
        return text;
    }

    /** Why {@code text} is refused; null: it is not. */
    static @Nullable String wrong(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return "a string holds U+0000, which cannot be kept";
            }
            if (Character.isSurrogate(c)) {
                boolean paired = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!paired) {
                    return "a string holds a surrogate without its pair, which is not Unicode text";
                }
                i++;
            }
        }
        return null;
    }
}
