package io.tailrace.client;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to any of the nodes.
 *
 * @param method of HTTP
 * @param path segments behind {@code /v1}
 * @param query names and values in turn, in order
 * @param body JSON; null: none
 * @param lastEventId header of that name; null: none
 */
record ApiRequest(
        String method,
        List<String> path,
        List<String> query,
        @Nullable String body,
        @Nullable String lastEventId) {

    static ApiRequest get(String... path) {
        return new ApiRequest("GET", List.of(path), List.of(), null, null);
    }

    static ApiRequest send(String method, @Nullable String body, String... path) {
        return new ApiRequest(method, List.of(path), List.of(), body, null);
    }

    ApiRequest with(String name, String value) {
        var more = new ArrayList<>(query);
        more.add(name);
        more.add(value);
        return new ApiRequest(method, path, more, body, lastEventId);
    }

    ApiRequest from(@Nullable String position) {
        return new ApiRequest(method, path, query, body, position);
    }
}
