package io.tailrace.sample;

import io.tailrace.client.Channel;
import io.tailrace.client.ChannelListener;
import io.tailrace.client.ConnectionState;
import io.tailrace.client.Event;
import io.tailrace.client.Member;
import io.tailrace.client.Outcome;
import io.tailrace.client.Presence;
import io.tailrace.client.Problem;
import io.tailrace.client.ReadMark;
import io.tailrace.client.Signal;
import io.tailrace.client.Snapshot;
import io.tailrace.client.Start;
import io.tailrace.client.Tailrace;
import io.tailrace.client.Write;
import io.tailrace.client.queue.FileQueueStore;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A chat on the command line.
 *
 * <pre>{@code
 * chat --url http://127.0.0.1:8080 --token-file ada.token [--room chat:lobby] [--queue ada.queue]
 * }</pre>
 *
 * <p>What is typed is sent, also later, when there is a network again, or when the program is started again: what waits is
 * in the queue's file. The file of the token is read anew whenever a token is asked for, so that another one can be put
 * there. Lines that begin with a slash are commands: {@code /who}, {@code /state}, {@code /pending}, {@code /last 20},
 * {@code /quit}.
 */
public final class Chat implements ChannelListener {

    private static final String MESSAGE = "message.sent";

    private final Tailrace tailrace;
    private final Channel room;
    private final Presence presence;
    private final PrintStream out;
    private final TreeMap<String, Long> typing = new TreeMap<>();

    /** What a message carries. */
    private static final class Message {

        private String text = "";

        static Message of(String text) {
            var message = new Message();
            message.text = text;
            return message;
        }
    }

    private Chat(Tailrace tailrace, String room, PrintStream out) {
        this.tailrace = tailrace;
        this.room = tailrace.channel(room);
        this.presence = this.room.presence();
        this.out = out;
    }

    /**
     * Runs until its input ends, or {@code /quit}.
     *
     * @param arguments as the class comment has them
     * @throws IOException when a file cannot be read, or another chat has the queue open
     */
    public static void main(String[] arguments) throws IOException {
        var options = options(arguments);
        var url = options.getOrDefault("url", "http://127.0.0.1:8080");
        var tokenFile = options.get("token-file");
        if (tokenFile == null) {
            System.err.println("usage: chat --url URL --token-file FILE [--room chat:lobby] [--queue FILE]");
            System.exit(2);
            return;
        }
        var builder = Tailrace.builder()
                .url(url)
                .client("chat/0.1")
                .token(() -> Files.readString(Path.of(tokenFile)).trim());
        if (options.containsKey("queue")) {
            builder.queue(FileQueueStore.open(new File(options.get("queue"))));
        }
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (var tailrace = builder.connect()) {
            new Chat(tailrace, options.getOrDefault("room", "chat:lobby"), out).run(in);
        }
    }

    private static TreeMap<String, String> options(String[] arguments) {
        var options = new TreeMap<String, String>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i].substring(2), arguments[i + 1]);
        }
        return options;
    }

    private void run(BufferedReader in) throws IOException {
        tailrace.onOutcome(this::settled);
        tailrace.connection().listen(this::connection);
        room.subscribe(this, Start.state());
        presence.members().listen(this::present);
        presence.join(Presence.Here.viewing()).exceptionally(refused -> {
            out.println("* not seen by others: " + refused.getMessage());
            return null;
        });
        for (var line = in.readLine(); line != null && !line.equals("/quit"); line = in.readLine()) {
            if (line.startsWith("/")) {
                command(line);
            } else if (!line.isBlank()) {
                room.write(MESSAGE, Message.of(line));
                room.stoppedTyping(null);
            }
        }
        flushed();
    }

    /** What was typed last has a moment to go out; what does not is kept in the queue's file. */
    private void flushed() {
        long deadline = System.nanoTime() + 3_000_000_000L;
        while (tailrace.pending().value() > 0 && System.nanoTime() < deadline) {
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
        presence.close();
    }

    private void command(String line) {
        var words = line.split(" ", -1);
        switch (words[0]) {
            case "/who" -> present(presence.members().value());
            case "/state" -> connection(tailrace.connection().value());
            case "/pending" ->
                tailrace.pendingWrites().thenAccept(writes -> {
                    out.println("* " + writes.size() + " waiting");
                    writes.forEach(write -> out.println("*   " + write.data()));
                });
            case "/last" -> last(words.length > 1 ? Integer.parseInt(words[1]) : 20);
            case "/typing" -> room.typing(null);
            default -> out.println("* /who /state /pending /last 20 /typing /quit");
        }
    }

    private void last(int count) {
        room.historyLast(count)
                .thenAccept(history -> history.events().forEach(this::show))
                .exceptionally(fault -> {
                    out.println("* no history: " + fault.getMessage());
                    return null;
                });
    }

    @Override
    public void onSnapshot(Snapshot snapshot) {
        out.println("* " + room.name() + ", as of " + snapshot.seq());
        snapshot.items().forEach(this::show);
    }

    @Override
    public void onEvent(Event event) {
        typing.remove(event.by());
        show(event);
        room.read(event.seq());
    }

    /** Types that this version does not know are passed over. */
    private void show(Event event) {
        if (event.type().equals(MESSAGE)) {
            Message message = event.data().as(Message.class);
            out.println(event.seq() + " " + event.by() + ": " + (message == null ? "" : printable(message.text)));
        }
    }

    /** Others' text is data: it must not move the cursor of this terminal, or worse. */
    private static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Override
    public void onSignal(Signal signal) {
        if (signal.kind().equals("typing") && !signal.data().text().equals("false")) {
            if (typing.put(signal.by(), signal.at().toEpochMilli()) == null) {
                out.println("* " + signal.by() + " types");
            }
        } else {
            typing.remove(signal.by());
        }
    }

    @Override
    public void onReadMark(ReadMark mark) {
        out.println("* " + mark.user() + " has read up to " + mark.seq());
    }

    @Override
    public void onRevoked(long seq) {
        out.println("* you were removed from " + room.name());
    }

    @Override
    public void onRefused(Problem problem) {
        out.println("* " + room.name() + ": " + problem.title());
    }

    private void present(List<Member> members) {
        var names = new ArrayList<String>();
        members.forEach(member -> names.add(member.user() + " (" + member.state() + ")"));
        out.println("* here: " + names.stream().collect(Collectors.joining(", ")));
    }

    private void connection(ConnectionState state) {
        out.println("* " + state.name().name().toLowerCase(java.util.Locale.ROOT)
                + (state.reason() == null ? "" : " (" + state.reason() + ")"));
    }

    private void settled(Write write, Outcome outcome) {
        @Nullable
        String trouble = outcome instanceof Outcome.Refused refused
                ? refused.problem().title()
                : outcome instanceof Outcome.Expired
                        ? "it waited too long"
                        : outcome instanceof Outcome.Unkept unkept ? unkept.why().getMessage() : null;
        if (trouble != null) {
            out.println("* not sent: " + write.data() + ": " + trouble);
        }
    }
}
