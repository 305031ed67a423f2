package io.tailrace.client.json;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * What an event carries: JSON as text, and as an object on demand. Immutable. Numbers are as their author wrote them,
 * digit for digit, and members in their order; escapes inside of strings may be spelt in another way of the same meaning.
 */
public final class Data {

    private final String text;
    private final DataAdapter adapter;

    /**
     * JSON, not looked at yet.
     *
     * @param text one JSON value
     * @param adapter makes objects of it
     */
    public Data(String text, DataAdapter adapter) {
        this.text = text;
        this.adapter = adapter;
    }

    /** The JSON text; {@code null} where the event carries that. */
    public String text() {
        return text;
    }

    /** Whether it is JSON's {@code null}. */
    public boolean isNull() {
        return text.equals("null");
    }

    /**
     * As an object, read anew by each call.
     *
     * @param type of the object
     * @return the object; null for {@code null}
     * @throws RuntimeException when the data does not fit the type; the adapter's own exception
     */
    public <T> @Nullable T as(Class<T> type) {
        return adapter.read(text, type);
    }

    /**
     * As an object of a generic type, {@code new TypeToken<List<Card>>() {}.getType()}.
     *
     * @param type of the object
     * @return the object; null for {@code null}
     * @throws RuntimeException when the data does not fit the type; the adapter's own exception
     */
    @SuppressWarnings("TypeParameterUnusedInFormals") // the caller's type, as Gson has it
    public <T> @Nullable T as(Type type) {
        return adapter.read(text, type);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Data data && data.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
