package io.tailrace.field.script;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import io.tailrace.field.Site;
import io.tailrace.field.Stage;
import io.tailrace.testkit.browser.Chromium;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What outlives a page: writes, and what was known of a channel, in the IndexedDB of a real browser. */
@ExtendWith(Stage.class)
class PageIT {

    private static final Pattern KEY = Pattern.compile("\"idempotency_key\":\"([^\"]+)\"");

    private final Site site;
    private final String channel;
    private final BrowserContext context;
    private final List<String> sent = Collections.synchronizedList(new ArrayList<>());

    PageIT(Site site, Chromium chromium) {
        this.site = site;
        this.channel = site.channel("board");
        this.context = chromium.browser().newContext();
    }

    @BeforeEach
    void servePages() {
        Pages.serve(context, "rooms");
        context.onRequestFinished(this::note);
    }

    @AfterEach
    void close() {
        context.close();
    }

    /** Notes the idempotency keys that got through. */
    private void note(Request request) {
        var alone = request.headers().get("idempotency-key");
        if (alone != null) {
            sent.add(alone);
        } else if (request.url().endsWith("/v1/writes")) {
            KEY.matcher(request.postData())
                    .results()
                    .map((MatchResult key) -> key.group(1))
                    .forEach(sent::add);
        }
    }

    private Page open(String user) {
        var page = context.newPage();
        page.navigate(site.node(0).origin() + "/page.html");
        enter(page, user);
        return page;
    }

    private void enter(Page page, String user) {
        page.waitForFunction("() => globalThis.page");
        page.evaluate(
                "([token, channel]) => page.open(token, page.channel = channel)", List.of(site.token(user), channel));
    }

    private void reload(Page page, String user) {
        page.reload();
        enter(page, user);
    }

    private void write(Page page, String key, String column) {
        assertThat(page.evaluate("([...args]) => page.write(...args)", List.of(channel, key, column)))
                .isEqualTo(true);
    }

    private static void awaitShown(Page page, String cards) {
        page.waitForFunction("cards => page.shown() === cards", cards);
    }

    /** Waits until so much is in the storage: how many writes, and up to which seq the channel is known. */
    private static void awaitKept(Page page, String kept) {
        eventually(() -> assertThat(page.evaluate("() => page.kept()")).isEqualTo(kept));
    }

    private static void awaitTrue(Page page, String condition) {
        page.waitForFunction("() => " + condition);
    }

    @Test
    @Tag("R-13")
    @Tag("R-15")
    void whatWasWrittenOfflineOutlivesTheReloadAndGoesInOrderOnce() {
        var page = open("ada");
        awaitTrue(page, "!page.stale()");
        context.setOffline(true);
        for (int i = 0; i < 5; i++) {
            write(page, "card:1", "step " + i);
        }
        write(page, "card:2", "now");
        reload(page, "ada");
        awaitShown(page, "card:1 step 4 pending, card:2 now pending");
        assertThat(page.evaluate("() => page.stale()")).isEqualTo(true);

        context.setOffline(false);
        awaitShown(page, "card:1 step 4, card:2 now");
        awaitTrue(page, "page.pending() === 0 && page.seq() === 6");
        awaitKept(page, "[0,6]");
        assertThat(sent).hasSize(6).isSorted().doesNotHaveDuplicates();
        assertThat(page.evaluate("() => page.failures()")).isEqualTo("");
    }

    @Test
    @Tag("R-24")
    void aPageOpenedOfflineShowsWhatItKnewAndGoesOnFromThere() {
        var page = open("ada");
        write(page, "card:1", "now");
        awaitTrue(page, "!page.stale() && page.seq() === 1");
        awaitKept(page, "[0,1]");
        context.setOffline(true);
        page.close();
        site.author().write(channel, "{\"column\":\"of no card\"}");

        var later = open("ada");
        awaitShown(later, "card:1 now");
        assertThat(later.evaluate("() => page.stale()")).isEqualTo(true);
        var paths = new ArrayList<String>();
        later.onRequest(request -> paths.add(request.url()));
        context.setOffline(false);
        awaitTrue(later, "!page.stale() && page.seq() === 2");
        assertThat(paths).noneMatch(path -> path.endsWith("/snapshot"));
    }

    @Test
    @Tag("R-13")
    void whatATabLeavesBehindIsSentByAnotherAndByOneAlone() {
        var leaving = open("ada");
        awaitTrue(leaving, "!page.stale()");
        var staying = open("ada");
        var other = open("ada");
        awaitTrue(staying, "!page.stale()");
        awaitTrue(other, "!page.stale()");
        context.setOffline(true);
        write(leaving, "card:1", "left behind");
        write(staying, "card:2", "its own");
        leaving.close();
        context.setOffline(false);
        awaitShown(other, "card:1 left behind, card:2 its own");
        awaitTrue(staying, "page.pending() === 0");
        awaitTrue(other, "page.pending() === 0");
        awaitKept(other, "[0,2]");
        assertThat(sent).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    @Tag("R-72")
    void signingOutAndAnotherUserLeaveNothingOfTheFirst() {
        var page = open("ada");
        write(page, "card:1", "now");
        awaitKept(page, "[0,1]");
        context.setOffline(true);
        write(page, "card:2", "never sent");
        reload(page, "ben");
        awaitKept(page, "[0,null]");
        assertThat(page.evaluate("() => page.shown()")).isEqualTo("");
        context.setOffline(false);
        awaitShown(page, "card:1 now");
        awaitKept(page, "[0,1]");
        page.evaluate("() => page.signOut()");
        assertThat(page.evaluate("() => page.kept()")).isEqualTo("[0,null]");
        assertThat(sent).hasSize(1);
    }

    @Test
    @Tag("R-15")
    void theStorageDoesWhatEveryStorageHasTo() {
        Pages.serve(context, "storage"); // in place of the other page
        var page = context.newPage();
        page.navigate(site.node(0).origin() + "/page.html");
        page.waitForFunction("() => globalThis.page");
        assertThat((Integer) page.evaluate("() => page.count")).isGreaterThan(8);
        assertThat(page.evaluate("() => page.broken()")).isEqualTo(List.of());
    }
}
