package io.tailrace.server.http;

import io.tailrace.wire.ChannelName;
import io.tailrace.wire.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What happened, one line of JSON each: a request was served, a stream opened or ended, something went wrong. Carries
 * channel, seq, event type, cause and trace id; a user only as a keyed hash; never a payload, a token or a query string.
 * Any thread; {@link Line}s are used by one.
 */
public final class Journal {

    /** Hex digits that stand for a user. */
    private static final int USER_DIGITS = 12;

    private final Consumer<String> sink;
    private final InstantSource clock;
    private final SecretKeySpec key;

    /**
     * @param sink takes each line, without its line break; must not block for long
     * @param key what user names are hashed with: the same on every node that should show the same hash
     */
    public Journal(Consumer<String> sink, InstantSource clock, byte[] key) {
        this.sink = sink;
        this.clock = clock;
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    /** A journal that nobody reads. */
    public static Journal none() {
        return new Journal(line -> {}, InstantSource.system(), new byte[] {0});
    }

    /**
     * Starts a line.
     *
     * @param what happened, in dotted words: {@code request}, {@code stream.open}, {@code stream.end}, {@code fault}
     */
    public Line line(String what) {
        return new Line(what);
    }

    /** Writes a {@code fault} line: something went wrong that nobody asked for. The cause's message is not written. */
    public void fault(String where, Throwable cause) {
        line("fault").with("where", where).cause(describe(cause)).write();
    }

    /** Class and place of a throwable, without its message, which may quote a payload. */
    static String describe(Throwable cause) {
        var trace = cause.getStackTrace();
        String at = trace.length == 0 ? "" : " at " + trace[0];
        var deeper = cause.getCause();
        return cause.getClass().getName() + at + (deeper == null ? "" : ", by " + describe(deeper));
    }

    private String redacted(String tenant, String user) {
        try {
            var mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            byte[] hash = mac.doFinal((tenant + '\0' + user).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, USER_DIGITS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** A line in the making; nothing is written before {@link #write}. Absent values leave no member. */
    public final class Line {

        private final Map<String, Object> members = new LinkedHashMap<>();

        private Line(String what) {
            members.put("at", clock.instant().toString());
            members.put("what", what);
        }

        /** Whose request it is: the tenant as it is, the user as a keyed hash. */
        public Line user(String tenant, String user) {
            return with("tenant", tenant).with("user", redacted(tenant, user));
        }

        public Line channel(@Nullable ChannelName channel) {
            return with("channel", channel == null ? null : channel.value());
        }

        public Line seq(long seq) {
            return with("seq", seq);
        }

        /** The event type, never its data. */
        public Line type(String type) {
            return with("type", type);
        }

        /** Why it happened: a problem's slug, or a few words. */
        public Line cause(@Nullable String cause) {
            return with("cause", cause);
        }

        public Line trace(@Nullable String trace) {
            return with("trace", trace);
        }

        /** A further member: a number or a word that we made, never what a client sent. */
        public Line with(String name, @Nullable Object value) {
            if (value != null) {
                members.put(name, value);
            }
            return this;
        }

        public void write() {
            sink.accept(JsonCodec.write(members));
        }
    }
}
