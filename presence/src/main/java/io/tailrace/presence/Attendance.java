package io.tailrace.presence;

import io.tailrace.wire.Json;
import org.jspecify.annotations.Nullable;

/**
 * What one device says of its user. All text is data to others, never markup.
 *
 * @param user 1 to {@value #MAX_USER_LENGTH} characters without control characters
 * @param device tells a user's devices apart, 1 to {@value #MAX_DEVICE_LENGTH} characters without control characters
 * @param resource what of the channel it is about, 1 to {@value #MAX_RESOURCE_LENGTH} characters without control
 *     characters; null: nothing of its own
 * @param meta a JSON object of at most {@value #MAX_META_BYTES} bytes in its compact form; null: none
 */
public record Attendance(
        String user,
        String device,
        Mode mode,
        State state,
        @Nullable String resource,
        @Nullable Json meta) {

    /** Characters (code points) in the longest user name. */
    public static final int MAX_USER_LENGTH = 128;

    /** Characters (code points) in the longest device name. */
    public static final int MAX_DEVICE_LENGTH = 64;

    /** Characters (code points) in the longest resource. */
    public static final int MAX_RESOURCE_LENGTH = 128;

    /** Bytes of the largest meta. */
    public static final int MAX_META_BYTES = 1_024;

    /** Devices of one user in one channel; one more makes the longest silent leave. */
    public static final int MAX_DEVICES = 16;

    /** @throws IllegalArgumentException when a component is out of its bounds */
    public Attendance {
        requireLine(user, MAX_USER_LENGTH, "user");
        requireLine(device, MAX_DEVICE_LENGTH, "device");
        if (resource != null) {
            requireLine(resource, MAX_RESOURCE_LENGTH, "resource");
        }
        if (meta != null && (!meta.text().startsWith("{") || meta.bytes() > MAX_META_BYTES)) {
            throw new IllegalArgumentException("meta is an object of at most " + MAX_META_BYTES + " bytes");
        }
    }

    /** @throws IllegalArgumentException when {@code text} is not 1 to {@code max} characters without control characters */
    static void requireLine(String text, int max, String name) {
        if (text.isEmpty()
                || text.codePointCount(0, text.length()) > max
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(name + " is 1 to " + max + " characters, none a control character");
        }
    }
}
