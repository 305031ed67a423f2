package io.tailrace.field.script;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.tailrace.field.Site;
import io.tailrace.field.Stage;
import io.tailrace.testkit.browser.Chromium;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code @tailrace/react} in two windows of a real browser, in React's strict mode. */
@ExtendWith(Stage.class)
class ReactIT {

    private final Site site;
    private final String board;
    private final String chat;
    private final Chromium chromium;
    private final List<BrowserContext> contexts = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    ReactIT(Site site, Chromium chromium) {
        this.site = site;
        this.board = site.channel("board");
        this.chat = site.channel("chat");
        this.chromium = chromium;
    }

    @AfterEach
    void noWindowHadAFault() {
        contexts.forEach(BrowserContext::close);
        assertThat(faults).isEmpty();
    }

    private Page open(String user, int node) {
        var context = chromium.browser().newContext();
        contexts.add(context);
        Pages.serve(context, "react");
        var page = context.newPage();
        page.onPageError(faults::add);
        page.navigate(site.node(node).origin() + "/page.html#token=" + site.token(user) + "&board=" + board + "&chat="
                + chat);
        awaitText(page, "#connection", "live, 0 pending");
        return page;
    }

    private static void awaitText(Page page, String selector, String text) {
        page.waitForFunction(
                "([selector, text]) => document.querySelector(selector)?.textContent === text",
                List.of(selector, text));
    }

    @Test
    void whatOneDoesTheOtherSees() {
        var ada = open("ada", 0);
        var ben = open("ben", 1);
        awaitText(ada, "#crowd", "2: ada viewing, ben viewing");
        ada.click("#crowd");
        awaitText(ben, "#crowd", "2: ada editing, ben viewing");

        ada.click("#add");
        awaitText(ben, "[id='card:1']", "card:1 now");
        ben.click("[id='card:1']");
        awaitText(ada, "[id='card:1']", "card:1 now!");
        awaitText(ada, "#heard", "now!");
        ada.click("#heard");
        awaitText(ben, "#heard", "typing");

        ada.click("#say");
        awaitText(ben, "#chat p", "ada: hello");

        contexts.getFirst().setOffline(true);
        ada.click("[id='card:1']");
        ada.waitForSelector("#cards[data-stale=true] .pending");
        awaitText(ada, "[id='card:1']", "card:1 now!!");
        ben.click("[id='card:1']");
        awaitText(ben, "[id='card:1']", "card:1 now!!");
        ben.click("[id='card:1']");
        awaitText(ben, "[id='card:1']", "card:1 now!!!");
        contexts.getFirst().setOffline(false);
        ada.waitForSelector("#cards[data-stale=false] .conflict");
        awaitText(ada, "[id='card:1']", "card:1 now!!!");

        ada.click("#toggle");
        awaitText(ben, "#crowd", "1: ben viewing");
        ada.click("#toggle");
        awaitText(ben, "#crowd", "2: ada viewing, ben viewing");
        awaitText(ada, "[id='card:1']", "card:1 now!!!");
    }
}
