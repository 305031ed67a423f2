package io.tailrace.bench.load;

import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The client's side of TLS. The bench talks to what it was told to measure: it looks at no certificate. Any thread. */
public final class Tls {

    /** More than the engine asks for; a record has at most 16 KiB inside (RFC 8446, section 5.1). */
    private static final int INSIDE_BYTES = 64 * 1024;

    private static final SSLContext CONTEXT = context();

    private Tls() {}

    /** Believes every certificate. */
    public static SSLContext believing() {
        return CONTEXT;
    }

    /** Room for what one record has inside. */
    static ByteBuffer room() {
        return ByteBuffer.allocate(INSIDE_BYTES);
    }

    /** A client's end of a connection that is to speak {@code protocol} inside. */
    static SSLEngine engine(String protocol) {
        var engine = CONTEXT.createSSLEngine();
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        engine.setSSLParameters(parameters);
        return engine;
    }

    private static SSLContext context() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Believer()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Believer extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
