package io.tailrace.client.json;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** By Gson. Immutable. Under R8 keep the classes that it reads and writes by reflection, as Gson's own pages say. */
public final class GsonAdapter implements DataAdapter {

    private final Gson gson;

    /** With Gson's defaults, and without its escapes for HTML. */
    public GsonAdapter() {
        this(new GsonBuilder().disableHtmlEscaping().create());
    }

    /** With an application's Gson. @param gson with the application's own type adapters */
    public GsonAdapter(Gson gson) {
        this.gson = gson;
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // the caller's type, as Gson has it
    public <T> @Nullable T read(String json, Type type) {
        return gson.fromJson(json, type);
    }

    @Override
    public String write(@Nullable Object value) {
        return gson.toJson(value);
    }
}
