package io.tailrace.sdk.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tailrace.sdk.ApiClient;
import io.tailrace.sdk.ApiException;
import io.tailrace.sdk.ApiResponse;
import io.tailrace.sdk.api.ManagingApi;
import io.tailrace.sdk.api.PresentApi;
import io.tailrace.sdk.api.ReadingApi;
import io.tailrace.sdk.api.StreamingApi;
import io.tailrace.sdk.api.WritingApi;
import io.tailrace.sdk.model.BatchWrite;
import io.tailrace.sdk.model.Event;
import io.tailrace.sdk.model.EventDraft;
import io.tailrace.sdk.model.HistoryPage;
import io.tailrace.sdk.model.MemberSpec;
import io.tailrace.sdk.model.PresenceBeat;
import io.tailrace.sdk.model.PresenceMode;
import io.tailrace.sdk.model.PresenceState;
import io.tailrace.sdk.model.Problem;
import io.tailrace.sdk.model.Role;
import io.tailrace.sdk.model.SnapshotRequiredFrame;
import io.tailrace.sdk.model.TicketExtension;
import io.tailrace.sdk.model.TicketRequest;
import io.tailrace.sdk.model.WriteBatch;
import io.tailrace.sdk.model.WriteReceipt;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The Java SDK, as an application has it, against a live server. */
@Tag("R-91")
@ExtendWith(LiveServer.class)
class JavaSdkIT {

    private static final Map<String, Object> MOVED = Map.of("column", "doing", "rank", 1.5, "id", 9007199254740993L);

    private final Live live;
    private final ApiClient client;
    private final WritingApi writing;
    private final ReadingApi reading;
    private final String board;

    JavaSdkIT(Live live) {
        this.live = live;
        this.client = client(live.address(), live.token());
        this.writing = new WritingApi(client);
        this.reading = new ReadingApi(client);
        this.board = live.channel("board");
    }

    // readme
    static ApiClient client(URI server, String token) {
        var client = new ApiClient();
        client.updateBaseUri(server.toString());
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
        return client;
    }
    // end

    // readme
    /** Why it was refused, also where the document knows no answer of this status. */
    Problem problem(ApiException refused) throws IOException {
        return client.getObjectMapper().readValue(refused.getResponseBody(), Problem.class);
    }
    // end

    // readme
    static final Pattern NUMBER = Pattern.compile("(\\w+)=(\\d+)");

    /** All pages: {@code next} is an address, whose parameters the next request takes over. */
    List<Event> history(String channel, int limit) throws ApiException {
        var events = new ArrayList<Event>();
        HistoryPage page = reading.readHistory(channel, null, null, limit, null, null, null);
        events.addAll(page.getEvents());
        while (page.getNext() != null) {
            Map<String, Long> next = NUMBER.matcher(page.getNext())
                    .results()
                    .collect(Collectors.toMap(number -> number.group(1), number -> Long.valueOf(number.group(2))));
            page = reading.readHistory(
                    channel,
                    next.get("after"),
                    null,
                    limit,
                    null,
                    next.getOrDefault("epoch", 1L).intValue(),
                    null);
            events.addAll(page.getEvents());
        }
        return events;
    }
    // end

    private ApiResponse<WriteReceipt> write(String key, EventDraft draft) throws ApiException {
        return writing.appendEventWithHttpInfo(board, key, draft, null, null);
    }

    private static EventDraft draft() {
        return new EventDraft().type("card.moved").key("card:7").data(MOVED);
    }

    private static ApiException refused(ThrowingCallable call) {
        return catchThrowableOfType(ApiException.class, call);
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }

    private void writeBatch(int events) throws ApiException {
        var writes = IntStream.rangeClosed(1, events)
                .mapToObj(i -> new BatchWrite()
                        .idempotencyKey(key())
                        .channel(board)
                        .type("card.added")
                        .key("card:" + i)
                        .data(i))
                .toList();
        var results = writing.appendBatch(new WriteBatch().writes(writes), null).getResults();
        assertThat(results).hasSize(events).allMatch(result -> result.getStatus() == 201);
    }

    @Test
    @Tag("R-10")
    void writesAndReplaysTheSameKey() throws Exception {
        String key = key();

        var first = write(key, draft());
        var again = write(key, draft());

        assertThat(first.getStatusCode()).isEqualTo(201);
        assertThat(first.getData().getSeq()).isEqualTo(1);
        assertThat(first.getData().getBy()).isEqualTo(Live.USER);
        assertThat(first.getData().getAt()).isInstanceOf(OffsetDateTime.class);
        assertThat(first.getHeaders()).containsEntry("etag", List.of("\"1\""));
        assertThat(first.getHeaders()).doesNotContainKey("idempotent-replayed");
        assertThat(again.getHeaders()).containsEntry("idempotent-replayed", List.of("true"));
        assertThat(again.getData()).isEqualTo(first.getData());
    }

    @Test
    @Tag("R-10")
    void isRefusedAnotherDraftUnderAKey() throws Exception {
        String key = key();
        write(key, draft());

        var refused = refused(() -> write(key, draft().data("another")));

        assertThat(refused.getCode()).isEqualTo(422);
        assertThat(problem(refused).getType()).isEqualTo("/problems/idempotency-key-reused");
    }

    @Test
    @Tag("R-14")
    void readsTheCurrentValueWhenItLosesARace() throws Exception {
        write(key(), draft());

        var refused = refused(() -> writing.appendEvent(board, key(), draft(), "\"0\"", null));

        assertThat(refused.getCode()).isEqualTo(412);
        Event current = Objects.requireNonNull(problem(refused).getCurrent());
        assertThat(current.getSeq()).isEqualTo(1);
        assertThat(current.getKey()).isEqualTo("card:7");
        assertThat(writing.appendEvent(board, key(), draft(), "\"" + current.getSeq() + "\"", null)
                        .getSeq())
                .isEqualTo(2);
    }

    @Test
    void keepsWholeNumbersAndTheirNeighbours() throws Exception {
        write(key(), draft());
        writing.appendEvent(board, key(), new EventDraft().type("nothing").data(null), null, null);

        var events = history(board, 10);

        assertThat(events.getFirst().getData()).isEqualTo(MOVED);
        assertThat(events.getLast().getData()).isNull();
    }

    @Test
    void keepsFractionsDigitForDigitWithAMapperThatDoes() throws Exception {
        write(key(), draft().data(new BigDecimal("1.50")));
        client.setObjectMapper(client.getObjectMapper()
                .copy()
                .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS));

        var page = new ReadingApi(client).readHistory(board, null, null, null, null, null, null);

        assertThat(page.getEvents().getFirst().getData()).isEqualTo(new BigDecimal("1.50"));
    }

    @Test
    @Tag("R-20")
    void readsHistoryToItsEndPageByPage() throws Exception {
        writeBatch(25);

        assertThat(history(board, 10))
                .extracting(Event::getSeq)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 25).mapToObj(Long::valueOf).toList());
    }

    @Test
    @Tag("R-24")
    void readsASnapshot() throws Exception {
        writeBatch(3);
        write(key(), draft().key("card:2"));

        var snapshot = reading.readSnapshot(board, 4L, null);

        assertThat(snapshot.getSeq()).isEqualTo(4);
        assertThat(snapshot.getItems())
                .extracting(Event::getKey)
                .containsExactlyInAnyOrder("card:1", "card:2", "card:3");
    }

    @Test
    @Tag("R-15")
    void sendsABatchAndReadsEachResult() throws Exception {
        var first = new BatchWrite()
                .idempotencyKey(key())
                .channel(board)
                .type("card.added")
                .key("card:8")
                .data(Map.of())
                .ifMatch("0");
        var second = new BatchWrite()
                .idempotencyKey(key())
                .channel(board)
                .type("card.added")
                .key("card:8")
                .data(Map.of())
                .ifMatch("0");

        var results = writing.appendBatch(new WriteBatch().writes(List.of(first, first, second)), null)
                .getResults();

        assertThat(Objects.requireNonNull(results.get(0).getReceipt()).getSeq()).isEqualTo(1);
        assertThat(results.get(1).getReplayed()).isTrue();
        assertThat(results.get(2).getStatus()).isEqualTo(412);
        var problem = Objects.requireNonNull(results.get(2).getProblem());
        assertThat(Objects.requireNonNull(problem.getCurrent()).getSeq()).isEqualTo(1);
    }

    @Test
    @Tag("R-30")
    void comesIsSeenAndLeaves() throws Exception {
        var present = new PresentApi(client);
        var beat = new PresenceBeat()
                .state(PresenceState.IDLE)
                .mode(PresenceMode.EDITING)
                .meta(Map.of("colour", "red"));

        assertThat(present.putPresence(board, beat).getTtlMs()).isPositive();

        var here = present.listPresence(board, null, null).getMembers().getFirst();
        assertThat(here.getUser()).isEqualTo(Live.USER);
        assertThat(here.getState()).isEqualTo(PresenceState.IDLE);
        assertThat(here.getMeta()).containsEntry("colour", "red");
        present.leavePresence(board, null);
        assertThat(present.listPresence(board, null, null).getCount()).isZero();
    }

    @Test
    @Tag("R-72")
    void addsAMemberAndRemovesIt() throws Exception {
        var managing = new ManagingApi(client);

        assertThat(managing.putMember(board, "grace", new MemberSpec().role(Role.EDITOR))
                        .getSeq())
                .isEqualTo(1);
        assertThat(managing.getMember(board, "grace").getRole()).isEqualTo(Role.EDITOR);
        assertThat(managing.removeMember(board, "grace").getSeq()).isEqualTo(2);

        var refused = refused(() -> managing.getMember(board, "grace"));
        assertThat(refused.getCode()).isEqualTo(404);
        assertThat(problem(refused).getType()).isEqualTo("/problems/not-found");
    }

    @Test
    void getsATicketAndExtendsIt() throws Exception {
        write(key(), draft());
        var streaming = new StreamingApi(client);

        var ticket = streaming.createTicket(
                new TicketRequest().addChannelsItem(board).ttl(60));
        var extended = streaming.extendTicket(
                new TicketExtension().ticket(ticket.getTicket()).ttl(600));

        assertThat(extended.getExpiresAt()).isAfter(ticket.getExpiresAt());
        var withTicket = new ApiClient();
        withTicket.updateBaseUri(live.address().toString());
        var page = new ReadingApi(withTicket).readHistory(board, null, null, null, null, null, ticket.getTicket());
        assertThat(page.getHead()).isEqualTo(1);
    }

    @Test
    void gets202WithoutAReceiptInAnEphemeralChannel() throws Exception {
        var answer = writing.appendEventWithHttpInfo(live.channel("pulse"), key(), draft(), null, null);

        assertThat(answer.getStatusCode()).isEqualTo(202);
        assertThat(answer.getData()).isNull();
    }

    /** A stream that is left once it has seen this many events. */
    private static final class Reader extends JavaStream {
        private final int most;
        private final List<Event> events = new ArrayList<>();

        Reader(int most) {
            this.most = most;
        }

        void follow(URI address, String channel, String token) throws InterruptedException {
            var stream = address.resolve("/v1/stream?channel=" + channel + "@0");
            try (var http = HttpClient.newHttpClient()) {
                read(http, stream, token);
            } catch (IOException enough) {
                assertThat(events).hasSize(most);
            }
        }

        @Override
        void event(Event event) throws IOException {
            events.add(event);
            if (events.size() == most) {
                lastId = Long.toString(event.getSeq());
                throw new IOException("enough");
            }
        }

        @Override
        void snapshotRequired(SnapshotRequiredFrame frame) {
            throw new AssertionError("the log is whole: " + frame);
        }
    }

    @Test
    @Tag("R-20")
    @Tag("R-21")
    void followsAndResumesWithTheStreamOfTheReadme() throws Exception {
        writeBatch(5);
        var first = new Reader(3);
        var second = new Reader(2);

        first.follow(live.tomorrow(), board, live.token());
        second.lastId = first.lastId;
        second.follow(live.address(), board, live.token());

        assertThat(first.events).extracting(Event::getSeq).containsExactly(1L, 2L, 3L);
        assertThat(second.events).extracting(Event::getSeq).containsExactly(4L, 5L);
    }

    @Test
    void isNotBrokenByWhatALaterServerSays() throws Exception {
        var later = client(live.tomorrow(), live.token());
        String key = key();
        var receipt = new WritingApi(later).appendEvent(board, key, draft(), null, null);
        assertThat(receipt.getType()).isEqualTo("something.else@9999");
        new PresentApi(later).putPresence(board, new PresenceBeat());

        var page = new ReadingApi(later).readHistory(board, null, null, null, null, null, null);
        assertThat(page.getEvents().getFirst().getType()).isEqualTo("something.else@9999");
        assertThat(page.getEvents().getFirst().getData()).isEqualTo(MOVED);
        assertThat(new ReadingApi(later).readSnapshot(board, null, null).getItems())
                .hasSize(1);
        var here = new PresentApi(later)
                .listPresence(board, null, null)
                .getMembers()
                .getFirst();
        assertThat(here.getState()).isEqualTo(PresenceState.UNKNOWN_DEFAULT_OPEN_API);
        assertThat(new ManagingApi(later).getChannel(board).getHead()).isEqualTo(1);
        new ManagingApi(later).putMember(board, "grace", new MemberSpec().role(Role.VIEWER));
        assertThat(new ManagingApi(later).getMember(board, "grace").getRole()).isEqualTo(Role.UNKNOWN_DEFAULT_OPEN_API);
        assertThat(new ManagingApi(later).listAudit(0L, 1000).getEntries()).isNotEmpty();
        assertThat(new StreamingApi(later)
                        .createTicket(new TicketRequest().addChannelsItem(board))
                        .getTicket())
                .isNotBlank();
        assertThat(new io.tailrace.sdk.api.OperatingApi(later).getReadiness().getParts())
                .isNotEmpty();

        var reused = refused(() -> new WritingApi(later).appendEvent(board, key, draft().data(1), null, null));
        assertThat(problem(reused).getType()).isEqualTo("/problems/of-tomorrow");
        var unheard = refused(() -> new ManagingApi(later).getMember(board, "nobody"));
        assertThat(unheard.getCode()).isEqualTo(Tomorrow.UNHEARD_OF);
        assertThat(problem(unheard).getTitle()).isNotBlank();
    }

    @Test
    void whatStandsInFrontDoesSayNewThings() throws Exception {
        write(key(), draft());
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(live.tomorrow().resolve("/v1/channels/" + board))
                    .header("Authorization", "Bearer " + live.token())
                    .build();
            assertThat(http.send(request, BodyHandlers.ofString()).body())
                    .contains("\"of_tomorrow\":{\"list\":[1,null,\"two\"]}", "\"conflict\":\"vote\"");
        }
    }
}
