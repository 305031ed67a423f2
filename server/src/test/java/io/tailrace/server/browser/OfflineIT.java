package io.tailrace.server.browser;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Clock;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.tailrace.testkit.browser.Chromium;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The board without a network, and back. Ada is behind a {@link Cable}; Ben, at the other node, never loses his. */
@Tag("R-90")
@ExtendWith(Scene.class)
class OfflineIT {

    private static final Pattern ACTIVE = Pattern.compile("(?m)^tailrace_stream_active(?:\\{[^}]*})? (\\d+)");

    private final Instance instance;
    private final Chromium chromium;
    private final List<Window> windows = new ArrayList<>();
    private final Cable cable;

    OfflineIT(Instance instance, Chromium chromium) throws IOException {
        this.instance = instance;
        this.chromium = chromium;
        this.cable = Cable.to(instance.link(0).port());
    }

    @AfterEach
    void noWindowHadAFault() throws IOException {
        windows.forEach(Window::close);
        cable.close();
        assertThat(windows).allSatisfy(window -> assertThat(window.faults()).isEmpty());
    }

    private Window ada(String board) {
        var ada =
                Window.open(chromium.browser(), cable.to(board, instance.link(0).token()), ColorScheme.LIGHT);
        windows.add(ada);
        ada.awaitStatus("Live");
        return ada;
    }

    private Window ben(String board) {
        var ben = Window.open(chromium.browser(), instance.link(1).to(board), ColorScheme.DARK);
        windows.add(ben);
        ben.awaitStatus("Live");
        return ben;
    }

    private Window beside(Window other, String address) {
        var window = Window.beside(other);
        windows.add(window);
        window.page().navigate(address);
        return window;
    }

    private Api api() {
        return new Api(instance.link(1).origin(), instance.link(1).token());
    }

    /** The network goes, for the browser and for everything in it. */
    private void cut(Window window) {
        window.context().setOffline(true);
        cable.cut();
        window.awaitStatus("Offline");
    }

    private void mend(Window window) {
        cable.mend();
        window.context().setOffline(false);
    }

    private static void awaitAgreement(Window one, Window other) {
        eventually(Duration.ofSeconds(30), () -> assertThat(one.cards()).isEqualTo(other.cards()));
    }

    @Test
    @Tag("R-14")
    @Tag("R-15")
    void twentyMovesOnEachSideOfACutEndInAgreementAndTheLostAreChosen() {
        var titles = IntStream.rangeClosed('a', 'l')
                .mapToObj(i -> "Card " + (char) i)
                .toList();
        titles.forEach(title -> api().move("cut", title, "later"));
        var ada = ada("cut");
        var ben = ben("cut");
        ada.awaitCard("later", "Card l");
        ben.awaitCard("later", "Card l");

        cut(ada);
        // Two moves each: hers are cards a to j, to Now; his c to l, to Done, but for c, which both want in Now.
        titles.subList(0, 10).forEach(title -> {
            ada.moveByKeys(title, "ArrowRight");
            ada.moveByKeys(title, "ArrowRight");
        });
        titles.subList(2, 12).forEach(title -> {
            ben.moveByKeys(title, "ArrowRight");
            ben.moveByKeys(
                    title,
                    title.equals("Card c") ? new String[] {"ArrowRight"} : new String[] {"ArrowRight", "ArrowRight"});
        });
        ben.awaitSaved();
        assertThat(ada.page().textContent("#saving")).startsWith("20 changes kept on this device");
        assertThat(ada.panel("pending")).isEqualTo("20 changes");
        ada.page().locator("#panel summary").click();
        ada.screenshot("offline-twenty");
        ada.page().keyboard().press("Escape");

        mend(ada);
        ada.awaitStatus("Live");
        ada.awaitSaved();
        ada.page().waitForFunction("() => document.querySelectorAll('.notice').length === 7");
        ada.screenshot("offline-conflicts");
        ada.page().reload();
        ada.awaitStatus("Live");
        ada.page().waitForFunction("() => document.querySelectorAll('.notice').length === 7");
        var told = ada.page().locator(".notice", new Page.LocatorOptions().setHasText("Card d"));
        assertThat(told.locator(".versions dd").allTextContents()).containsExactly("Done", "Now");
        ada.answer("Card d", "Move it anyway");
        ada.page().click("text=Leave all as they are");
        assertThat(ada.page().locator(".notice").count()).isZero();
        ada.awaitSaved();
        ben.awaitCard("now", "Card d");
        awaitAgreement(ada, ben);

        var hers = api().events("cut").stream()
                .filter(event -> event.path("by").asText().equals("ada"))
                .map(OfflineIT::move);
        assertThat(hers).containsExactly("Card a next", "Card a now", "Card b next", "Card b now", "Card d now");
    }

    private static String move(JsonNode event) {
        return event.at("/data/title").asText() + " " + event.at("/data/column").asText();
    }

    @Test
    @Tag("R-13")
    void aPageOpenedOfflineShowsWhatItKnewAndKeepsWhatIsDone() {
        var ada = ada("train");
        var ben = ben("train");
        ada.add("now", "Read on the train");
        ada.card("Read on the train").locator(".open").click();
        ada.say("Said at the station");
        ada.page().locator("#comments li:not(.pending):has-text('station')").waitFor();
        ada.page().keyboard().press("Escape");
        ada.awaitKept();
        awaitStored(ada, "Read on the train");
        awaitStored(ada, "Said at the station");

        cut(ada);
        ada.page().close();
        var later = beside(ada, cable.origin() + "/?board=train");
        later.awaitStatus("Offline");
        later.awaitCard("now", "Read on the train");
        assertThat(later.page().textContent("#saving")).startsWith("As this device last knew it");
        later.moveByKeys("Read on the train", "ArrowRight");
        later.card("Read on the train").locator(".open").click();
        later.say("Said in the tunnel");
        later.page().locator("#comments li.pending:has-text('tunnel')").waitFor();
        later.comment("Said at the station").waitFor();
        later.screenshot("opened-offline");
        later.page().reload();
        later.awaitCard("done", "Read on the train");
        assertThat(later.page().locator(".card.pending").count()).isOne();

        mend(later);
        ben.awaitCard("done", "Read on the train");
        later.awaitSaved();
        awaitAgreement(later, ben);
        ben.card("Read on the train").locator(".open").click();
        ben.comment("Said in the tunnel").waitFor();
        ben.screenshot("comments-dark");
    }

    /** Waits until the device keeps something with this in it. */
    private static void awaitStored(Window window, String text) {
        eventually(() -> assertThat(window.stored()).contains(text));
    }

    @Test
    void signingOutClearsWhatIsStored() {
        var ada = ada("private");
        ada.add("now", "Nobody else's business");
        ada.awaitSaved();
        ada.awaitKept();
        awaitStored(ada, "Nobody else's business");
        var other = beside(ada, cable.origin() + "/?board=private");
        other.awaitCard("now", "Nobody else's business");

        ada.page().locator("#panel summary").click();
        ada.screenshot("panel-light");
        ada.page().click("#sign-out");
        ada.awaitStatus("Signed out");
        other.awaitStatus("Signed out");
        assertThat(other.card("Nobody else's business").count()).isZero();
        ada.page().waitForFunction("() => !JSON.stringify({ ...localStorage, ...sessionStorage }).includes('token')");
        eventually(() -> assertThat(ada.stored()).doesNotContain("business"));
        cable.cut();
        ada.page().reload();
        ada.awaitStatus("Signed out");
        assertThat(ada.card("Nobody else's business").count()).isZero();
    }

    @Test
    @Tag("R-21")
    void sixTabsHaveOneStream() throws Exception {
        var first = ada("tabs");
        var tabs = new ArrayList<>(List.of(first));
        while (tabs.size() < 6) {
            var tab = beside(first, cable.origin() + "/?board=tabs");
            tab.awaitStatus("Live");
            tabs.add(tab);
        }
        eventually(() -> assertThat(streams()).isOne());
        api().move("tabs", "Seen six times", "now");
        for (var tab : tabs) {
            tab.awaitCard("now", "Seen six times");
        }
        assertThat(streams()).isOne();

        first.page().close(); // whichever tab had the stream, another has it then
        tabs.removeFirst();
        api().move("tabs", "Seen five times", "now");
        for (var tab : tabs) {
            tab.awaitCard("now", "Seen five times");
        }
        eventually(() -> assertThat(streams()).isOne());
    }

    /** Streams that are open at Ada's node. */
    private int streams() throws IOException, InterruptedException {
        var uri = URI.create("http://127.0.0.1:" + (instance.link(0).port() + 1000) + "/metrics");
        var metrics =
                HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        var found = ACTIVE.matcher(metrics.body());
        assertThat(found.find()).isTrue();
        return Integer.parseInt(found.group(1));
    }

    @Test
    @Tag("R-13")
    @Tag("R-24")
    void aDayOfflineKeepsWhatIsYoungerThanItsKeyAndAsksAboutWhatIsOlder() {
        api().move("long", "Old", "later");
        api().move("long", "Young", "later");
        var address = cable.to("long", instance.link(0).token());
        var ada = Window.blank(chromium.browser());
        windows.add(ada);
        long now = System.currentTimeMillis();
        ada.page()
                .clock()
                .install(new Clock.InstallOptions()
                        .setTime(now - Duration.ofDays(8).toMillis()));
        ada.page().navigate(address);
        ada.awaitStatus("Live");
        ada.awaitCard("later", "Young");

        cut(ada);
        ada.moveByKeys("Old", "ArrowRight");
        ada.page().clock().fastForward(Duration.ofDays(7).toMillis());
        ada.moveByKeys("Young", "ArrowRight", "ArrowRight");
        ada.page().clock().fastForward(Duration.ofDays(1).toMillis());
        for (int i = 0; i < 30; i++) {
            api().move("long", "Meanwhile " + i % 5, "done");
        }
        mend(ada);

        ada.awaitCard("now", "Young");
        ada.awaitCard("done", "Meanwhile 4");
        ada.awaitSaved();
        ada.page()
                .locator(".notice", new Page.LocatorOptions().setHasText("“Old” waited for so long"))
                .waitFor();
        ada.awaitCard("later", "Old");
        ada.screenshot("offline-a-day");
        ada.answer("“Old”", "Move it anyway");
        ada.awaitCard("next", "Old");
        ada.awaitSaved();
        assertThat(api().events("long").stream().map(OfflineIT::move)).containsOnlyOnce("Old next", "Young now");
    }

    @Test
    @Tag("R-03")
    void whatIsCommittedIsSoonOnTheScreen() {
        var ada = ada("quick");
        api().move("quick", "x", "later");
        ada.awaitCard("later", "x");
        var columns = List.of("next", "now", "done", "later");
        for (int i = 0; i < 100; i++) {
            api().move("quick", "x", columns.get(i % 4));
        }
        ada.awaitCard("later", "x");
        ada.page().waitForFunction("() => performance.getEntriesByName('commit-to-render').length >= 20");
        var measured = (List<?>) ada.page().evaluate("""
                () => {
                  const all = performance.getEntriesByName('commit-to-render').map(({ duration }) => duration).sort((a, b) => a - b);
                  const at = (share) => Math.round(all[Math.min(all.length - 1, Math.floor(all.length * share))]);
                  return [at(0.5), at(0.9), at(0.99), all.length];
                }""");
        System.out.println("Commit to render in ms: p50, p90, p99, and of how many: " + measured);
        assertThat((int) measured.getFirst()).isLessThan(1000);
    }
}
