package io.tailrace.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerResponse;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The answer to {@code HEAD} over HTTP/2, where nothing below us leaves the body out: it has the headers of the answer
 * to {@code GET} and no data. Over HTTP/1 the connection sees to it.
 */
final class HeadResponse {

    private final ServerResponse inner;

    private HeadResponse(ServerResponse inner) {
        this.inner = inner;
    }

    static ServerResponse of(ServerResponse inner) {
        var head = new HeadResponse(inner);
        return (ServerResponse) Proxy.newProxyInstance(
                ServerResponse.class.getClassLoader(), new Class<?>[] {ServerResponse.class}, head::invoke);
    }

    private @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getName().equals("send") && arguments != null && arguments[0] instanceof byte[] body) {
            return sendWithout(body);
        }
        if (method.getName().equals("send") && arguments != null && arguments[0] instanceof String body) {
            return sendWithout(body.getBytes(StandardCharsets.UTF_8));
        }
        if (method.getName().equals("outputStream")) {
            inner.send(new byte[0]);
            return OutputStream.nullOutputStream();
        }
        try {
            Object result = method.invoke(inner, arguments);
            return result == inner ? proxy : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private @Nullable Object sendWithout(byte[] body) {
        inner.header(HeaderValues.create(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length)));
        inner.send(new byte[0]);
        return null;
    }
}
