package io.tailrace.server.browser;

import static io.tailrace.testkit.Eventually.eventually;
import static io.tailrace.testkit.Eventually.until;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.options.ColorScheme;
import io.tailrace.testkit.browser.Chromium;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the product began with: four cases, each by the API alone and in a browser, on two nodes. */
@Tag("R-90")
@ExtendWith(Scene.class)
class FourCasesIT {

    private final Instance instance;
    private final Chromium chromium;
    private final List<Window> windows = new ArrayList<>();

    FourCasesIT(Instance instance, Chromium chromium) {
        this.instance = instance;
        this.chromium = chromium;
    }

    @AfterEach
    void noWindowHadAFault() {
        windows.forEach(Window::close);
        assertThat(windows).allSatisfy(window -> assertThat(window.faults()).isEmpty());
    }

    private Api ada() {
        return new Api(instance.link(0).origin(), instance.link(0).token());
    }

    private Api ben() {
        return new Api(instance.link(1).origin(), instance.link(1).token());
    }

    private Window window(int node, String board) {
        return opened(instance.link(node).to(board));
    }

    private Window opened(String address) {
        var window = Window.open(chromium.browser(), address, ColorScheme.LIGHT);
        windows.add(window);
        window.awaitStatus("Live");
        return window;
    }

    private static void awaitAgreement(Window one, Window other) {
        eventually(() -> assertThat(one.cards()).isEqualTo(other.cards()));
    }

    @Nested
    @DisplayName("Case 1: two users move one card at once")
    @Tag("R-14")
    class TwoUsersMoveOneCardAtOnce {

        @Test
        @DisplayName("API, with If-Match: one move is accepted, the other is told the current value")
        void withIfMatch() {
            long revision = ada().move("one-api", "x", "later").seq();
            var hers = CompletableFuture.supplyAsync(() -> ada().moveIf("one-api", "x", "now", revision));
            var his = CompletableFuture.supplyAsync(() -> ben().moveIf("one-api", "x", "done", revision));
            var answers = List.of(hers.join(), his.join());

            assertThat(answers).extracting(Api.Answer::status).containsExactlyInAnyOrder(201, 412);
            var won = answers.stream()
                    .filter(answer -> answer.status() == 201)
                    .findFirst()
                    .orElseThrow();
            var lost = answers.stream()
                    .filter(answer -> answer.status() == 412)
                    .findFirst()
                    .orElseThrow();
            assertThat(lost.body().path("current").path("seq").asLong()).isEqualTo(won.seq());
            assertThat(lost.body().path("current").path("data"))
                    .isEqualTo(won.body().path("data"));
            assertThat(ada().events("one-api")).hasSize(2);
        }

        @Test
        @DisplayName("API, without If-Match: both are accepted, and the later one stands, for everybody")
        void withoutIfMatch() {
            var hers = CompletableFuture.supplyAsync(() -> ada().move("one-api-free", "x", "now"));
            var his = CompletableFuture.supplyAsync(() -> ben().move("one-api-free", "x", "done"));
            var answers = List.of(hers.join(), his.join());

            assertThat(answers).extracting(Api.Answer::status).containsOnly(201);
            assertThat(answers).extracting(Api.Answer::seq).containsExactlyInAnyOrder(1L, 2L);
            var later = answers.stream()
                    .filter(answer -> answer.seq() == 2)
                    .findFirst()
                    .orElseThrow();
            for (var person : List.of(ada(), ben())) {
                var items = person.get("/v1/channels/board:one-api-free/snapshot")
                        .body()
                        .path("items");
                assertThat(items.path(0).path("data")).isEqualTo(later.body().path("data"));
            }
        }

        @Test
        @DisplayName("Browser: both see one place, and the loser is told, with both values and a choice")
        void inTheBrowser() {
            var ada = window(0, "one");
            var ben = window(1, "one");
            ada.add("later", "Wanted by both");
            ben.awaitCard("later", "Wanted by both");

            ben.card("Wanted by both").focus();
            ben.page().keyboard().press("Space");
            ben.page().keyboard().press("ArrowRight");
            ada.moveByKeys("Wanted by both", "ArrowRight", "ArrowRight", "ArrowRight");
            ada.awaitSaved();
            ben.page().waitForFunction("() => document.querySelector('[data-row=\"seq\"]').textContent === '2'");
            ben.page().keyboard().press("Space");

            ben.page().locator(".notice").waitFor();
            assertThat(ben.page().textContent(".notice p"))
                    .startsWith("ada moved “Wanted by both” to Done while you moved it to Next.");
            assertThat(ben.page().locator(".notice .versions dd").allTextContents())
                    .containsExactly("Done", "Next");
            ben.awaitCard("done", "Wanted by both");
            awaitAgreement(ada, ben);
            ben.screenshot("case-1-conflict");

            ben.answer("Wanted by both", "Move it anyway");
            ada.awaitCard("next", "Wanted by both");
            awaitAgreement(ada, ben);
        }

        @Test
        @DisplayName("Browser, the other without If-Match: the later move stands, and nobody's window differs")
        void inTheBrowserWithoutIfMatch() {
            var ada = window(0, "one-free");
            ben().move("one-free", "x", "later");
            ada.awaitCard("later", "x");
            ada.moveByKeys("x", "ArrowRight");
            ada.awaitSaved();
            ben().move("one-free", "x", "done");
            ada.awaitCard("done", "x");
            assertThat(ada.page().locator(".notice").count()).isZero();
        }
    }

    @Nested
    @DisplayName("Case 2: the network goes between a write and its acknowledgement")
    @Tag("R-10")
    @Tag("R-13")
    class TheNetworkGoesBetweenAWriteAndItsAcknowledgement {

        @Test
        @DisplayName("API: the same key again gives the answer that was lost, and writes nothing")
        void byTheApi() throws IOException {
            var key = UUID.randomUUID().toString();
            sendAndHangUp(ada(), "two-api", "x", key);
            until("it is written", () -> ada().events("two-api").size() == 1);

            var again = ben().write("two-api", "x", "now", key); // another person's key is another key
            assertThat(again.replayed()).isFalse();
            var hers = ada().write("two-api", "x", "now", key);
            assertThat(hers.status()).isEqualTo(201);
            assertThat(hers.replayed()).isTrue();
            assertThat(hers.seq()).isEqualTo(1);
            assertThat(ada().events("two-api")).hasSize(2);
        }

        private void sendAndHangUp(Api person, String board, String card, String key) throws IOException {
            var request = person.writing(board, card, "now", key);
            var uri = request.uri();
            var body = Api.draft(card, "now");
            var headers = request.headers().map().entrySet().stream()
                    .map(header -> header.getKey() + ": " + header.getValue().getFirst() + "\r\n")
                    .collect(Collectors.joining());
            var head = "POST " + uri.getPath() + " HTTP/1.1\r\nHost: " + uri.getAuthority() + "\r\n" + headers
                    + "Content-Length: " + body.length() + "\r\n\r\n";
            try (var socket = new Socket(uri.getHost(), uri.getPort())) {
                socket.getOutputStream().write((head + body).getBytes(UTF_8));
                socket.getOutputStream().flush();
            }
        }

        @Test
        @DisplayName("Browser: the event comes first, and is the acknowledgement")
        void theEventComesFirst() throws Exception {
            try (var cable = Cable.to(instance.link(0).port())) {
                var ada = opened(cable.to("two-event", instance.link(0).token()));
                var ben = window(1, "two-event");
                cable.loseAnswersTo(Cable.WRITES);
                ada.add("now", "Told by its event");
                ben.awaitCard("now", "Told by its event");
                ada.awaitSaved();
                assertThat(cable.lost()).isNotEmpty();
                cable.mend();
                ada.awaitStatus("Live");
                ada.add("now", "And on it goes");
                ben.awaitCard("now", "And on it goes");
                ada.awaitSaved();
                assertThat(ada().events("two-event")).hasSize(2);
                awaitAgreement(ada, ben);
            }
        }

        @Test
        @DisplayName("Browser: neither comes, until the network is back; then it is there, once")
        void neitherComes() throws Exception {
            try (var cable = Cable.to(instance.link(0).port())) {
                var ada = opened(cable.to("two", instance.link(0).token()));
                var ben = window(1, "two");
                cable.deafen();
                ada.add("now", "Once, whatever happens");
                ben.awaitCard("now", "Once, whatever happens");
                cable.cut();
                ada.awaitStatus("Offline");
                assertThat(ada.page().locator(".card.pending").count()).isOne();
                ada.screenshot("case-2-pending");

                cable.mend();
                ada.awaitSaved();
                awaitAgreement(ada, ben);
                assertThat(ada().events("two")).hasSize(1);
            }
        }
    }

    @Nested
    @DisplayName("Case 3: a user is removed from the tenant while connected")
    @Tag("R-71")
    @Tag("R-72")
    class AUserIsRemovedFromTheTenantWhileConnected {

        private void remove(String user) throws Exception {
            var root = new Api(instance.link(1).origin(), instance.adminToken());
            var answer = root.post("/v1/revocations", Map.of("kind", "user", "subject", user));
            assertThat(answer.status()).isEqualTo(200);
        }

        @Test
        @DisplayName("API: the stream ends, nothing written afterwards comes, and nothing can be written")
        void byTheApi() throws Exception {
            var eve = new Api(instance.link(0).origin(), instance.token("eve"));
            var lines = new ArrayList<String>();
            try (var stream = eve.stream("channel=board:three-api@0")) {
                var reader = CompletableFuture.runAsync(() -> stream.forEach(line -> {
                    synchronized (lines) {
                        lines.add(line);
                    }
                }));
                ada().move("three-api", "before", "now");
                until("the event before is read", () -> read(lines).contains("\"card:before\""));
                remove("eve");
                ada().move("three-api", "after", "now");
                reader.join();
            }
            assertThat(read(lines)).contains("event: revoked").doesNotContain("card:after");
            assertThat(eve.move("three-api", "mine", "now").status()).isEqualTo(403);
        }

        private static String read(List<String> lines) {
            synchronized (lines) {
                return String.join("\n", lines);
            }
        }

        @Test
        @DisplayName("Browser: the window says so, and shows nothing that came afterwards")
        void inTheBrowser() throws Exception {
            var finn = opened(instance.link(0).origin() + "/?board=three#token=" + instance.token("finn"));
            var ben = window(1, "three");
            ben.add("now", "Before");
            finn.awaitCard("now", "Before");
            remove("finn");
            finn.awaitStatus("No access");
            ben.add("now", "After");
            ben.awaitSaved();
            finn.page().locator("#sign-in").waitFor();
            assertThat(finn.page().locator("article.card").count()).isZero();
            eventually(() -> assertThat(finn.stored()).doesNotContain("Before"));
            finn.screenshot("case-3-removed");
        }
    }

    @Nested
    @DisplayName("Case 4: a tab sleeps and reconnects late")
    @Tag("R-24")
    @Tag("R-54")
    class ATabSleepsAndReconnectsLate {

        private static final int MOVES = 40;

        @Test
        @DisplayName("API: within the replay window all that was missed comes; past it a snapshot is asked for")
        void byTheApi() throws Exception {
            var root = new Api(instance.link(1).origin(), instance.adminToken());
            var contract = Map.of("state", "keyed", "replay_window", Map.of("events", 10, "age", 3600));
            assertThat(root.put("/v1/namespaces/nap", contract).status()).isIn(200, 201);
            for (int i = 1; i <= 30; i++) {
                var body = Map.of("writes", List.of(nap(i)));
                assertThat(root.post("/v1/writes", body)
                                .body()
                                .at("/results/0/status")
                                .asInt())
                        .isEqualTo(201);
            }
            assertThat(frames(root, "25")).contains("\"seq\":26", "\"seq\":30").doesNotContain("snapshot.required");
            assertThat(frames(root, "3")).contains("snapshot.required").doesNotContain("\"seq\":4,");
            var snapshot = root.get("/v1/channels/nap:x/snapshot").body();
            assertThat(snapshot.path("seq").asLong()).isEqualTo(30);
            assertThat(snapshot.path("items").path(0).path("data").asInt()).isEqualTo(30);
        }

        private static Map<String, Object> nap(int i) {
            return Map.of("idempotency_key", "nap-" + i, "channel", "nap:x", "type", "counted", "key", "k", "data", i);
        }

        private static String frames(Api person, String position) {
            return person.get("/v1/stream?channel=nap:x&wait=0&last_event_id=" + position)
                    .body()
                    .toString();
        }

        @Test
        @DisplayName("Browser: the tab wakes up to a dead connection, and has it all")
        void inTheBrowser() throws Exception {
            try (var cable = Cable.to(instance.link(0).port())) {
                var ada = opened(cable.to("four", instance.link(0).token()));
                var ben = window(1, "four");
                ben.add("later", "Asleep");
                ada.awaitCard("later", "Asleep");
                ben.awaitSaved();

                lifecycle(ada, "frozen");
                cable.cut();
                var moves = IntStream.range(0, MOVES).mapToObj(i -> ben().move("four", "m" + i % 8, "next"));
                assertThat(moves).allMatch(answer -> answer.status() == 201);
                ben.moveByKeys("Asleep", "ArrowRight", "ArrowRight", "ArrowRight");
                ben.awaitSaved();
                cable.mend();
                lifecycle(ada, "active");

                ada.awaitCard("done", "Asleep");
                ada.awaitStatus("Live");
                awaitAgreement(ada, ben);
            }
        }

        private static void lifecycle(Window window, String state) {
            var parameters = new JsonObject();
            parameters.addProperty("state", state);
            window.context().newCDPSession(window.page()).send("Page.setWebLifecycleState", parameters);
        }
    }
}
