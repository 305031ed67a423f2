package io.tailrace.field.script;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.tailrace.field.Author;
import io.tailrace.field.Site;
import io.tailrace.field.Stage;
import io.tailrace.testkit.browser.Chromium;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of one browser and user have one stream, whoever holds it, and each is told everything once. */
@ExtendWith(Stage.class)
@Tag("R-54")
class SharingIT {

    private static final Pattern ACTIVE = Pattern.compile("(?m)^tailrace_stream_active\\S* ([0-9.]+)");

    private final Origin origin = Origin.start();
    private final Site.Node node;
    private final Author author;
    private final String token;
    private final String channel;
    private final BrowserContext context;
    private final Chromium chromium;
    private final List<Page> pages = new ArrayList<>();
    private int head;

    SharingIT(Site site, Chromium chromium) {
        this.node = site.node(Map.of("TAILRACE_ALLOWED_ORIGINS", origin.toString()));
        this.author = new Author(node.origin(), site.token("author"));
        this.token = site.token("ada");
        this.channel = site.channel("chat");
        this.chromium = chromium;
        this.context = chromium.browser().newContext();
    }

    @AfterEach
    void close() {
        context.close();
        node.close();
        origin.close();
    }

    private Page open(boolean withWorker) {
        var page = context.newPage();
        page.navigate(origin + "/sharing.html");
        page.waitForFunction("() => globalThis.page");
        page.evaluate(
                "([...args]) => page.follow(...args)", List.of(node.origin().toString(), token, channel, withWorker));
        pages.add(page);
        return page;
    }

    private void openSix(boolean withWorker) {
        write(3);
        for (int i = 0; i < 6; i++) {
            open(withWorker);
        }
        allWereToldEverythingOnce();
    }

    private void write(int count) {
        for (int i = 0; i < count; i++) {
            head = (int) author.write(channel, "1");
        }
    }

    private void allWereToldEverythingOnce() {
        var all = new ArrayList<Integer>();
        for (int seq = 1; seq <= head; seq++) {
            all.add(seq);
        }
        for (Page page : pages) {
            page.waitForFunction("head => page.seqs.length >= head", Math.toIntExact(head));
            assertThat(page.evaluate("() => page.seqs")).isEqualTo(all);
        }
    }

    private void streamsAre(int count) {
        eventually(() -> assertThat(streams()).isEqualTo(count));
    }

    private int streams() {
        try {
            var request =
                    HttpRequest.newBuilder(node.admin().resolve("/metrics")).build();
            var client = HttpClient.newHttpClient();
            var active =
                    ACTIVE.matcher(client.send(request, BodyHandlers.ofString()).body());
            assertThat(active.find()).isTrue();
            return (int) Double.parseDouble(active.group(1));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest(name = "with a worker: {0}")
    @ValueSource(booleans = {true, false})
    @Tag("R-21")
    void sixPagesHaveOneStream(boolean withWorker) {
        openSix(withWorker);
        streamsAre(1);
        write(5);
        allWereToldEverythingOnce();
        assertThat(streams()).isEqualTo(1);
        pages.forEach(page -> page.evaluate("() => page.tail.stop()"));
        streamsAre(0);
    }

    @ParameterizedTest(name = "with a worker: {0}")
    @ValueSource(booleans = {true, false})
    @Tag("R-21")
    void pagesMayCloseCrashAndComeBackWhoeverHeldTheStream(boolean withWorker) {
        openSix(withWorker);
        pages.removeFirst().close(); // which led, if one did
        write(5);
        allWereToldEverythingOnce();

        var crashed = pages.removeFirst(); // whose turn it was then
        crashed.onCrash(page -> {});
        crash(crashed);
        write(5);
        allWereToldEverythingOnce();

        pages.getFirst().reload();
        pages.removeFirst().close();
        open(withWorker);
        write(5);
        allWereToldEverythingOnce();
        streamsAre(1);
    }

    private static void crash(Page page) {
        try {
            page.navigate("chrome://crash");
        } catch (RuntimeException crashed) {
            assertThat(crashed).hasMessageContaining("crash");
        }
    }

    @Test
    @Tag("R-21")
    void aWorkerThatIsEndedIsReplaced() {
        openSix(true);
        var session = chromium.browser().newBrowserCDPSession();
        var targets = session.send("Target.getTargets").getAsJsonArray("targetInfos");
        var worker = StreamSupport.stream(targets.spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .filter(target -> target.get("type").getAsString().equals("shared_worker"))
                .filter(target -> target.get("url").getAsString().startsWith(origin.toString()))
                .findFirst()
                .orElseThrow();
        var which = new JsonObject();
        which.add("targetId", worker.get("targetId"));
        session.send("Target.closeTarget", which);
        write(5);
        allWereToldEverythingOnce();
        streamsAre(1);
    }
}
