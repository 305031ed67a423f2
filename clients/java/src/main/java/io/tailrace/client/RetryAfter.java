package io.tailrace.client;

import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** {@code Retry-After} in both of its forms (RFC 9110, section 10.2.3). */
final class RetryAfter {

    private RetryAfter() {}

    /**
     * Milliseconds to wait.
     *
     * @param header its value; null: it was not sent
     * @param date the answer's own {@code Date}, which a date is compared with, since this device's clock may be wrong
     * @return at least 0; -1: not sent, or malformed
     */
    static long millis(@Nullable String header, @Nullable String date) {
        if (header == null) {
            return -1;
        }
        var text = header.trim();
        if (!text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Long.parseLong(text) * 1_000;
        }
        if (date == null) {
            return -1;
        }
        try {
            long then = time(text);
            return Math.max(0, then - time(date)) * 1_000;
        } catch (DateTimeException malformed) {
            return -1;
        }
    }

    private static long time(String text) {
        return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond();
    }
}
