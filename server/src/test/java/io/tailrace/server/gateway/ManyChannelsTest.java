package io.tailrace.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many channels on one stream, over random histories, cuts and changes of node: never a gap, never silence. */
@Tag("R-21")
class ManyChannelsTest {

    private static final long SEED = Long.getLong("tailrace.seed", System.nanoTime());

    private static GatewayFixture fixture;
    private static List<GatewayFixture.Node> nodes;

    private final Random random = new Random(SEED);
    private final Map<String, Long> heads = new TreeMap<>();

    @BeforeAll
    static void start() {
        System.out.println("seed " + SEED);
        fixture = new GatewayFixture(
                GatewayOptions.DEFAULT.withCheckpoints(Duration.ofMillis(100), Duration.ofMillis(20)));
        nodes = List.of(fixture.node(), fixture.node());
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private List<String> channels(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> "chat:" + prefix + i).toList();
    }

    private void write(List<String> channels, int most) {
        int writes = 1 + random.nextInt(most);
        for (int i = 0; i < writes; i++) {
            var channel = channels.get(random.nextInt(channels.size()));
            heads.put(channel, fixture.append(channel, 1 + random.nextInt(3), random.nextInt(10) > 0));
        }
    }

    private GatewayFixture.Node anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    @ParameterizedTest(name = "{0} channels")
    @CsvSource({"1, 12", "3, 12", "25, 12", "30, 12", "200, 6"})
    void everyEventArrivesOverRandomCuts(int count, int cuts) {
        var channels = channels("cuts" + count + "-", count);
        var client = new Client(channels, fixture.token("u1"));
        for (int cut = 0; cut < cuts; cut++) {
            write(channels, 15);
            client.connect(anyNode());
            write(channels, 15);
            int frames = random.nextInt(1 + 2 * count);
            for (int i = 0; i < frames && !client.applied.entrySet().containsAll(heads.entrySet()); i++) {
                client.take();
            }
        }
        client.connect(anyNode());
        client.catchUp(heads);
        assertThat(client.resyncs).isZero();
        if (count <= 30) {
            assertThat(client.repeats)
                    .as("positions of forms 1 and 2 are exact")
                    .isZero();
        }
        client.cut();
        resumesFromAnyPosition(client, channels, count <= 30);
    }

    private void resumesFromAnyPosition(Client before, List<String> channels, boolean exact) {
        for (int i = 0; i < 6; i++) {
            var mark = before.marks.get(random.nextInt(before.marks.size()));
            var again = new Client(channels, fixture.token("u1"));
            again.applied.putAll(mark.applied());
            again.last = mark.id();
            again.connect(anyNode());
            again.catchUp(heads);
            assertThat(again.resyncs).isZero();
            if (exact) {
                assertThat(again.repeats).isZero();
            }
            again.cut();
        }
    }

    @Test
    void aCheckpointRepeatsOnlyWhatCameAfterIt() {
        var channels = channels("repeat", 60);
        var client = new Client(channels, fixture.token("u1"));
        for (int cut = 0; cut < 4; cut++) {
            write(channels, 40);
            client.connect(anyNode());
            client.catchUp(heads);
            client.cut();
            var mark = client.marks.getLast();
            var saved = checkpoint(mark.id());
            saved.forEach((channel, seq) ->
                    assertThat(seq).isLessThanOrEqualTo(mark.applied().getOrDefault(channel, 0L)));
            long after = channels.stream()
                    .mapToLong(channel -> client.applied.getOrDefault(channel, 0L) - saved.getOrDefault(channel, 0L))
                    .sum();
            int repeats = client.repeats;
            client.connect(anyNode());
            write(channels, 3);
            client.catchUp(heads);
            assertThat(client.repeats - repeats).isLessThanOrEqualTo((int) after);
        }
        client.cut();
    }

    private static Map<String, Long> checkpoint(String id) {
        return fixture.database
                .all()
                .one(
                        "select channels, seqs from tailrace.checkpoint where id = ?",
                        row -> {
                            var names = row.getString(1).split(" ");
                            var seqs = row.getString(2).split(" ");
                            var vector = new HashMap<String, Long>();
                            for (int i = 0; i < names.length; i++) {
                                vector.put(names[i], Long.valueOf(seqs[i]));
                            }
                            return vector;
                        },
                        id.substring(2));
    }

    @ParameterizedTest(name = "{0} channels")
    @CsvSource({"1", "3", "40"})
    @Tag("R-26")
    void aChangedStreamResumesWithWhatItFollowedByItsOldAddress(int count) {
        var asked = channels("asked" + count + "-", count);
        var more = channels("more" + count + "-", 5);
        write(asked, 10);
        write(more, 10);
        var client = new Client(asked, fixture.token("u1"));
        var open = client.connect(nodes.getFirst());
        var id = idOf(open);
        var adds = more.stream().map(channel -> "\"" + channel + "@0\"").toList();
        var change = "{\"add\":" + adds + ",\"remove\":[\"" + asked.getFirst() + "\"]}";
        var answer = nodes.getLast().send("PATCH", "/v1/streams/" + id, fixture.token("u1"), change);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        more.forEach(channel -> assertThat(answer.body()).contains("\"" + channel + "\":{\"seq\":0,"));
        assertThat(answer.body()).doesNotContain("\"" + asked.getFirst() + "\"");
        for (var frame = client.take(); !"open".equals(frame.event()); frame = client.take()) {
            assertThat(frame.event()).isNull();
        }
        assertThat(client.last).startsWith("k.");
        heads.remove(asked.getFirst());
        for (int cut = 0; cut < 5; cut++) {
            write(more, 10);
            assertThat(client.connect(anyNode())).contains(more).doesNotContain("\"" + asked.getFirst() + "\"");
            client.catchUp(heads);
        }
        assertThat(client.resyncs).isZero();
        client.cut();
    }

    private static String idOf(String open) {
        var match = Pattern.compile("\"stream\":\"([^\"]+)\"").matcher(open);
        assertThat(match.find()).isTrue();
        return match.group(1);
    }

    @Test
    void aLostCheckpointIsToldForEveryChannel() {
        var channels = channels("lost", 50);
        write(channels, 100);
        var client = new Client(channels, fixture.token("u1"));
        client.connect(anyNode());
        client.catchUp(heads);
        fixture.postgres.execute(fixture.databaseName, "truncate tailrace.checkpoint");
        write(channels, 100);
        client.connect(anyNode());
        client.catchUp(heads);
        while (client.resyncs < channels.size()) {
            client.take();
        }
        assertThat(client.resyncs).isEqualTo(channels.size());
        assertThat(client.last).startsWith("k.").isNotEqualTo(Progress.UNKNOWN);
        write(channels, 100);
        client.connect(anyNode());
        client.catchUp(heads);
        assertThat(client.resyncs).isEqualTo(channels.size());
        client.cut();
    }

    @Test
    void aCheckpointOfAnotherPrincipalIsNone() {
        var channels = channels("foreign", 40);
        write(channels, 50);
        var one = new Client(channels, fixture.token("u1"));
        one.connect(anyNode());
        one.catchUp(heads);
        var other = new Client(channels, fixture.token("u2"));
        other.last = one.last;
        other.connect(anyNode());
        while (other.resyncs < channels.size()) {
            other.take();
        }
        one.cut();
        other.cut();
    }

    @Test
    void twoTabsOnOneTicketKeepTheirOwnPositions() {
        var channels = channels("tabs", 40);
        write(channels, 60);
        var left = new Client(channels, fixture.token("u1"));
        var right = new Client(channels, fixture.token("u1"));
        left.connect(anyNode());
        right.connect(anyNode());
        left.catchUp(heads);
        write(channels, 60);
        right.catchUp(heads);
        for (int cut = 0; cut < 5; cut++) {
            write(channels, 30);
            (random.nextBoolean() ? left : right).connect(anyNode());
        }
        left.connect(anyNode());
        right.connect(anyNode());
        left.catchUp(heads);
        right.catchUp(heads);
        assertThat(left.resyncs + right.resyncs).isZero();
        left.cut();
        right.cut();
    }

    @Test
    void aVectorThatNoLongerFitsGoesOnAsCheckpoints() {
        var channels = channels("grow", 30);
        fixture.postgres.execute(fixture.databaseName, "select 1");
        channels.forEach(channel -> heads.put(channel, fixture.append(channel, 1)));
        channels.forEach(ManyChannelsTest::advance);
        channels.forEach(channel -> heads.merge(channel, ADVANCE, Long::sum));
        var client = new Client(channels, fixture.token("u1"));
        client.channels.forEach(channel -> client.applied.put(channel, heads.get(channel)));
        client.last = null;
        try (var stream = nodes.getFirst().stream(
                String.join("&", channels.stream().map(c -> "channel=" + c).toList()), fixture.token("u1"), null)) {
            assertThat(stream.named("open").id()).startsWith("k.");
        }
    }

    private static final long ADVANCE = 3_000_000;

    /** As if the channel had seen millions of events, all trimmed but the last. */
    private static void advance(String channel) {
        fixture.postgres.execute(
                fixture.databaseName,
                "update tailrace.channel set head = head + " + ADVANCE + ", floor = head + " + ADVANCE
                        + " where name = '" + channel + "'");
    }
}
