package io.tailrace.field.network;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.client.ChannelListener;
import io.tailrace.client.Event;
import io.tailrace.client.Start;
import io.tailrace.client.Tailrace;
import io.tailrace.field.Program;
import io.tailrace.field.Site;
import io.tailrace.field.Stage;
import io.tailrace.field.network.Scissors.Ending;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A connection is cut at every byte of three frames, those inside characters and between CR and LF among them: each
 * offset has a client of its own, on a line of its own. Odd offsets end with RST for one library and with FIN for the
 * other.
 */
@ExtendWith(Stage.class)
@Tag("R-20")
@Tag("R-22")
@Tag("R-23")
class CutsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Clients at once. */
    private static final int BATCH = Integer.getInteger("tailrace.field.batch", 80);

    private static final List<String> EVENTS =
            List.of("\"before\"", "\"Grüße\"", "{\"costs\":\"5 €\"}", "\"\uD83D\uDE80\"");
    private static final List<Long> ALL = List.of(1L, 2L, 3L, 4L);
    private static final String FROM = "\"before\"";

    private final Site site;

    CutsIT(Site site) {
        this.site = site;
    }

    /** A line, and where it is cut. */
    private record Cut(int offset, Line line) {}

    @Test
    void theTypeScriptClientLosesNothingAtAnyByte() throws Exception {
        atEveryByte(0, (channel, cuts) -> {
            var ports =
                    cuts.stream().map(cut -> Integer.toString(cut.line.port())).collect(Collectors.joining(","));
            var program = Program.node(
                    Path.of(""),
                    Map.of("PORTS", ports, "CHANNEL", channel, "TOKEN", site.token("cut")),
                    "src/test/script/cuts.ts");
            return new Scripts(program);
        });
    }

    @Test
    void theJavaClientLosesNothingAtAnyByte() throws Exception {
        atEveryByte(1, (channel, cuts) -> new Clients(cuts, channel, site.token("cut")));
    }

    /** The clients of a batch. */
    private interface Crowd extends AutoCloseable {

        boolean live(Cut cut);

        List<Long> seen(Cut cut);

        String said();

        @Override
        void close();
    }

    @FunctionalInterface
    private interface Gathering {
        Crowd of(String channel, List<Cut> cuts);
    }

    private void atEveryByte(int parity, Gathering gathering) throws Exception {
        var rehearsed = site.channel("chat");
        int bytes = Rehearsal.bytes(
                site.node(0).port(), rehearsed, site.author(), FROM, "\"seq\":4,", () -> write(rehearsed));
        assertThat(bytes).as("three frames, and the end of the one before").isBetween(400, 2_000);
        System.out.println("cut at each of " + bytes + " bytes");
        for (int from = 0; from < bytes; from += BATCH) {
            var offsets = IntStream.range(from, Math.min(bytes, from + BATCH)).boxed();
            var cuts = offsets.map(
                            offset -> new Cut(offset, Line.to(site.node(0).port(), Profile.PLAIN, offset)))
                    .toList();
            try {
                batch(cuts, parity, gathering);
            } finally {
                cuts.forEach(cut -> cut.line.close());
            }
        }
    }

    private void batch(List<Cut> cuts, int parity, Gathering gathering) {
        var channel = site.channel("chat");
        try (var crowd = gathering.of(channel, cuts)) {
            eventually(PATIENCE, () -> assertThat(cuts).as(crowd.said()).allMatch(crowd::live));
            for (var cut : cuts) {
                var ending = (cut.offset + parity) % 2 == 0 ? Ending.FINISH : Ending.RESET;
                cut.line.cutAt(new Scissors(FROM, cut.offset, ending));
            }
            write(channel);
            eventually(PATIENCE, () -> assertThat(cuts)
                    .as(crowd.said())
                    .allMatch(cut -> cut.line.isCut() && crowd.seen(cut).size() >= ALL.size()));
            for (var cut : cuts) {
                assertThat(crowd.seen(cut)).as("cut after %d bytes", cut.offset).isEqualTo(ALL);
            }
        }
    }

    /** One request each, so that each frame is a chunk. */
    private void write(String channel) {
        EVENTS.forEach(data -> site.author().write(channel, data));
    }

    /** All in one process of Node. */
    private record Scripts(Program program) implements Crowd {

        @Override
        public boolean live(Cut cut) {
            return program.lines().contains(cut.line.port() + " live");
        }

        @Override
        public List<Long> seen(Cut cut) {
            var prefix = cut.line.port() + " ";
            return program.lines().stream()
                    .filter(line -> line.startsWith(prefix) && !line.endsWith("live"))
                    .map(line -> Long.valueOf(line.substring(prefix.length())))
                    .toList();
        }

        @Override
        public String said() {
            return program.errors();
        }

        @Override
        public void close() {
            program.close();
        }
    }

    /** All in this process. */
    private static final class Clients implements Crowd {

        private final Map<Cut, Client> clients;

        Clients(List<Cut> cuts, String channel, String token) {
            clients = cuts.stream().collect(Collectors.toMap(cut -> cut, cut -> new Client(cut, channel, token)));
        }

        private static final class Client implements ChannelListener {

            private final List<Long> seen = new CopyOnWriteArrayList<>();
            private final Tailrace tailrace;
            private volatile boolean live;

            Client(Cut cut, String channel, String token) {
                tailrace = Tailrace.builder()
                        .url("http://127.0.0.1:" + cut.line.port())
                        .token(token)
                        .connect();
                tailrace.channel(channel).subscribe(this, Start.now());
            }

            @Override
            public void onEvent(Event event) {
                seen.add(event.seq());
            }

            @Override
            public void onLive(long seq) {
                live = true;
            }
        }

        private Client client(Cut cut) {
            return Objects.requireNonNull(clients.get(cut));
        }

        @Override
        public boolean live(Cut cut) {
            return client(cut).live;
        }

        @Override
        public List<Long> seen(Cut cut) {
            return new ArrayList<>(client(cut).seen);
        }

        @Override
        public String said() {
            return "";
        }

        @Override
        public void close() {
            clients.values().forEach(client -> client.tailrace.close());
        }
    }
}
