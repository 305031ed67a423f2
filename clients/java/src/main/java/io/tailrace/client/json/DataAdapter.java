package io.tailrace.client.json;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Between JSON text and an application's objects. Called on any thread, several at a time, so implementations must be
 * safe for that, as those over Gson, Moshi and Jackson are.
 */
public interface DataAdapter {

    /**
     * Reads a value.
     *
     * @param json one JSON value, whole and well formed
     * @param type what to make of it
     * @return the value; null for {@code null}
     * @throws RuntimeException when the text does not fit the type
     */
    <T> @Nullable T read(String json, Type type);

    /**
     * Writes a value.
     *
     * @param value to write; null is {@code null}
     * @return one JSON value, whole and well formed
     * @throws RuntimeException when it cannot be written
     */
    String write(@Nullable Object value);
}
