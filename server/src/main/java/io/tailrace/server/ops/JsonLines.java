package io.tailrace.server.ops;

import io.tailrace.wire.JsonCodec;
import java.io.OutputStream;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/**
 * Everything this process logs, one JSON object per line on standard output: the journal's lines as they are, what
 * libraries say with {@code at}, {@code level}, {@code logger}, {@code message}, and for a throwable its class, message
 * and first frames.
 */
public final class JsonLines extends Formatter {

    /** The logger whose messages are JSON lines already. */
    public static final String JOURNAL = "io.tailrace.journal";

    private static final int FRAMES = 12;

    private JsonLines() {}

    /** Takes over the root logger; libraries speak from {@code WARNING} up. */
    public static void install() {
        LogManager.getLogManager().reset();
        var root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(new FlushingHandler(System.out, new JsonLines()));
        ours().setLevel(Level.INFO);
    }

    /** Held by its class, so that its level is not lost to garbage collection. */
    private static Logger ours() {
        return Ours.LOGGER;
    }

    private static final class Ours {
        static final Logger LOGGER = Logger.getLogger("io.tailrace");
    }

    @Override
    public String format(LogRecord entry) {
        if (JOURNAL.equals(entry.getLoggerName())) {
            return entry.getMessage() + "\n";
        }
        var members = new LinkedHashMap<String, Object>();
        members.put("at", entry.getInstant().toString());
        members.put("level", entry.getLevel().getName());
        members.put("logger", String.valueOf(entry.getLoggerName()));
        members.put("message", formatMessage(entry));
        Throwable thrown = entry.getThrown();
        if (thrown != null) {
            members.put("thrown", describe(thrown));
        }
        return JsonCodec.write(members) + "\n";
    }

    private static String describe(Throwable thrown) {
        var text = new StringBuilder();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            text.append(text.isEmpty() ? "" : " by ").append(cause);
            StackTraceElement[] trace = cause.getStackTrace();
            for (int i = 0; i < Math.min(FRAMES, trace.length); i++) {
                text.append(" at ").append(trace[i]);
            }
        }
        return text.toString();
    }

    /** Writes each line at once: a process that is killed has said what it did. */
    private static final class FlushingHandler extends StreamHandler {

        FlushingHandler(OutputStream out, Formatter formatter) {
            super(out, formatter);
            setLevel(Level.ALL);
            try {
                setEncoding(StandardCharsets.UTF_8.name());
            } catch (UnsupportedEncodingException e) {
                throw new IllegalStateException("every JDK has UTF-8", e);
            }
        }

        @Override
        public synchronized void publish(LogRecord entry) {
            super.publish(entry);
            flush();
        }
    }
}
