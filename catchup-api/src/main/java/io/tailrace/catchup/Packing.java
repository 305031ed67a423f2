package io.tailrace.catchup;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that is sent as gzip where that pays: the client takes it, there is more than {@link #WORTH}, and not
 * too many are at it. A strong entity tag becomes a weak one then, for these are other bytes. Used by the request's thread;
 * close it to complete the body.
 */
public final class Packing extends OutputStream {

    /** Bytes up to which a body is sent as it is: with its head it fits one packet. */
    public static final int WORTH = 1_024;

    private static final Header GZIP = HeaderValues.createCached(HeaderNames.CONTENT_ENCODING, "gzip");
    private static final Header VARY = HeaderValues.createCached(HeaderNames.VARY, "Accept-Encoding");

    private final ServerRequest request;
    private final ServerResponse response;
    private final Deflaters deflaters;
    private final byte[] first = new byte[WORTH];
    private int held;
    private @Nullable OutputStream out;

    /** To be made before the response is begun, and after its headers are set. */
    Packing(ServerRequest request, ServerResponse response) {
        this(request, response, Deflaters.SHARED);
    }

    Packing(ServerRequest request, ServerResponse response, Deflaters deflaters) {
        this.request = request;
        this.response = response;
        this.deflaters = deflaters;
        response.headers().add(VARY);
    }

    /** A whole body as it is to be sent: sets the headers that say so. */
    public static byte[] whole(ServerRequest request, ServerResponse response, byte[] body) {
        response.headers().add(VARY);
        if (body.length <= WORTH || !AcceptEncoding.gzip(request.headers())) {
            return body;
        }
        return Deflaters.SHARED
                .take()
                .map(deflater -> packed(deflater, response.headers(), body))
                .orElse(body);
    }

    private static byte[] packed(Deflater deflater, ServerResponseHeaders headers, byte[] body) {
        var bytes = new ByteArrayOutputStream(body.length / 4);
        try (var gzip = new GzipOutput(bytes, deflater, Deflaters.SHARED)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        headers.set(GZIP);
        return bytes.toByteArray();
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (out == null && held + length <= WORTH) {
            System.arraycopy(bytes, offset, first, held, length);
            held += length;
            return;
        }
        begun(true).write(bytes, offset, length);
    }

    /** Where bytes go, once it is known how. */
    private OutputStream begun(boolean worth) throws IOException {
        var begun = out;
        if (begun == null) {
            begun = worth && AcceptEncoding.gzip(request.headers()) ? packing() : response.outputStream();
            out = begun;
            begun.write(first, 0, held);
        }
        return begun;
    }

    private OutputStream packing() throws IOException {
        var deflater = deflaters.take();
        if (deflater.isEmpty()) {
            return response.outputStream();
        }
        var headers = response.headers();
        headers.set(GZIP);
        headers.first(HeaderNames.ETAG)
                .filter(tag -> !tag.startsWith("W/"))
                .ifPresent(tag -> headers.set(HeaderValues.create(HeaderNames.ETAG, "W/" + tag)));
        try {
            return new GzipOutput(response.outputStream(), deflater.get(), deflaters);
        } catch (IOException | RuntimeException gone) {
            deflaters.giveBack(deflater.get());
            throw gone;
        }
    }

    @Override
    public void close() throws IOException {
        begun(false).close();
    }
}
