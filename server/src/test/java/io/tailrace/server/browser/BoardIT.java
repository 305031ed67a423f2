package io.tailrace.server.browser;

import static io.tailrace.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.tailrace.testkit.browser.Chromium;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The board in two windows on two nodes, each a process of its own. Every test has a board of its own. */
@Tag("R-90")
@ExtendWith(Scene.class)
class BoardIT {

    private static final Pattern KEY = Pattern.compile("(?i)idempotency[-_]key\"?: ?\"?([0-9a-f-]{36})");

    private final Instance instance;
    private final Chromium chromium;
    private final List<Window> windows = new ArrayList<>();

    BoardIT(Instance instance, Chromium chromium) {
        this.instance = instance;
        this.chromium = chromium;
    }

    @AfterEach
    void noWindowHadAFault() {
        windows.forEach(Window::close);
        assertThat(windows).allSatisfy(window -> assertThat(window.faults()).isEmpty());
    }

    private Window ada(String board) {
        return opened(Window.open(chromium.browser(), instance.link(0).to(board), ColorScheme.LIGHT));
    }

    private Window ben(String board) {
        return opened(Window.open(chromium.browser(), instance.link(1).to(board), ColorScheme.DARK));
    }

    private Window opened(Window window) {
        windows.add(window);
        window.awaitStatus("Live");
        return window;
    }

    private static void awaitAgreement(Window one, Window other) {
        eventually(() -> assertThat(one.cards()).isEqualTo(other.cards()));
    }

    @Test
    void cardsMoveByPointerAndByKeysInBothWindows() {
        var ada = ada("moves");
        var ben = ben("moves");
        assertThat(ada.status()).isNotEqualTo(ben.status());
        assertThat(ada.page().url()).doesNotContain("token");

        ada.add("now", "Resume a stream from any node");
        ada.add("now", "Tell the loser of a conflict");
        ada.add("next", "Presence: who is here, and on what");
        ada.add("later", "Cursors over a socket of their own");
        ada.add("done", "A log without gaps");
        ada.add("done", "<img src=x onerror=alert(1)> is only text");
        ben.awaitCard("done", "is only text");
        assertThat(ben.page().locator(".board img").count()).isZero();

        ben.moveByKeys("Cursors", "ArrowRight", "ArrowDown");
        assertThat(ben.announced()).isEqualTo("Moved Cursors over a socket of their own to Next, 2 of 2.");
        assertThat(ben.page().evaluate("() => document.activeElement.getAttribute('aria-label')"))
                .isEqualTo("Cursors over a socket of their own, Next, 2 of 2");
        ada.awaitCard("next", "Cursors");

        ada.drag("Presence", "now", () -> ada.screenshot("drag-light"));
        ben.awaitCard("now", "Presence");
        ada.awaitSaved();
        ben.awaitSaved();
        awaitAgreement(ada, ben);
        ada.screenshot("board-light");
        ben.screenshot("board-dark");
    }

    @Test
    void aCardIsEditedRemovedAndPutBack() {
        var ada = ada("edits");
        var ben = ben("edits");
        ada.add("next", "Write it down");
        ben.card("Write it down").click();
        ben.page().fill("#card-note", "Once, and for good.");
        ben.page().selectOption("#card-column", "now");
        ben.screenshot("editor-dark");
        ben.page().click("#editor >> text=Save");
        ada.card("now", "Once, and for good.").waitFor();

        ada.card("Write it down").focus();
        ada.page().keyboard().press("Delete");
        ben.card("Write it down").waitFor(gone());
        ada.page().click("text=Undo");
        ben.awaitCard("now", "Write it down");
        awaitAgreement(ada, ben);
    }

    @Test
    @Tag("R-13")
    @Tag("R-53")
    void aKilledNodeIsLeftForAnotherAndNothingIsLost() throws IOException {
        var ada = ada("killed");
        var ben = ben("killed");
        ada.add("now", "Before");
        ben.awaitCard("now", "Before");

        instance.kill(0);
        try {
            ada.add("now", "While my node was down");
            ben.add("now", "While her node was down");
            ada.awaitStatus("Live on node-" + instance.link(1).port());
            ben.awaitCard("now", "While my node was down");
            ada.awaitCard("now", "While her node was down");
            ben.moveByKeys("Before", "ArrowRight");
            ada.awaitCard("done", "Before");
            ada.awaitSaved();
            awaitAgreement(ada, ben);
            ada.screenshot("recovered-light");
            ben.screenshot("recovered-dark");
        } finally {
            instance.restart(0);
        }
    }

    @Test
    @Tag("R-14")
    void theLoserOfAConflictIsToldAndSeesTheAgreedValue() throws IOException {
        try (var cable = Cable.to(instance.link(1).port())) {
            var ada = ada("conflict");
            var ben = opened(Window.open(
                    chromium.browser(), cable.to("conflict", instance.link(1).token()), ColorScheme.DARK));
            ada.add("later", "Ship it");
            ben.awaitCard("later", "Ship it");

            cable.cut();
            ben.moveByKeys("Ship it", "ArrowRight");
            ben.awaitCard("next", "Ship it");
            ada.moveByKeys("Ship it", "ArrowRight", "ArrowRight", "ArrowRight");
            ada.awaitSaved();
            cable.mend();

            ben.page().locator(".notice").waitFor();
            assertThat(ben.page().textContent(".notice p"))
                    .isEqualTo("ada moved “Ship it” to Done while you moved it to Next."
                            + " The board shows what was saved first.");
            assertThat(ben.page().locator(".notice dd").allTextContents()).containsExactly("Done", "Next");
            ben.awaitCard("done", "Ship it");
            awaitAgreement(ada, ben);
            ben.screenshot("conflict-dark");

            ben.page().click("text=Move it anyway");
            ada.awaitCard("next", "Ship it");
            awaitAgreement(ada, ben);
        }
    }

    @Test
    @Tag("R-10")
    @Tag("R-13")
    void aLostAnswerIsRepairedByTheSameKey() throws IOException {
        try (var cable = Cable.to(instance.link(0).port())) {
            var ada = opened(Window.open(
                    chromium.browser(), cable.to("lost", instance.link(0).token()), ColorScheme.LIGHT));
            var ben = ben("lost");
            cable.breakOffAnswersTo(Cable.WRITES + "|GET /v1/stream");
            ada.add("now", "Only once");
            ben.awaitCard("now", "Only once");
            eventually(Duration.ofSeconds(30), () -> assertThat(keys(cable)).hasSizeGreaterThanOrEqualTo(3));
            cable.mend();
            ada.awaitSaved();
            assertThat(keys(cable)).containsOnly(keys(cable).getFirst());
            assertThat(ben.card("Only once").count()).isOne();
            awaitAgreement(ada, ben);
        }
    }

    /** The idempotency keys of writes whose answers were lost. */
    private static List<String> keys(Cable cable) {
        return cable.lost().stream()
                .flatMap(request -> KEY.matcher(request).results())
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    @Tag("R-15")
    void whatIsDoneOfflineIsKeptAndSentOnReturn() {
        var ada = ada("offline");
        var ben = ben("offline");
        ada.add("later", "An idea");
        ben.awaitCard("later", "An idea");

        ada.context().setOffline(true);
        ada.awaitStatus("Offline");
        ada.moveByKeys("An idea", "ArrowRight");
        ada.moveByKeys("An idea", "ArrowRight");
        ada.add("later", "Another, from the train");
        ada.page()
                .locator("#saving", new Page.LocatorOptions().setHasText("3 changes kept"))
                .waitFor();
        ada.screenshot("offline-light");
        ada.context().setOffline(false);

        ben.awaitCard("now", "An idea");
        ben.awaitCard("later", "from the train");
        ada.awaitSaved();
        awaitAgreement(ada, ben);
    }

    @Test
    void peopleTalkAboutACard() {
        var ada = ada("talk");
        var ben = ben("talk");
        ada.add("now", "Talk about me");
        ben.awaitCard("now", "Talk about me");
        ada.card("Talk about me").locator(".open").click();
        ben.card("Talk about me").locator(".open").click();
        ada.page().locator("#comments-state:has-text('No comments yet')").waitFor();

        ada.say("Is <b>this</b> ready?");
        var asked = ben.comment("Is <b>this</b> ready?");
        asked.waitFor();
        assertThat(asked.locator("b").count()).isZero();
        assertThat(asked.locator(".who").textContent()).startsWith("ada, ");
        ben.say("Nearly.\nTomorrow.");
        ada.comment("Tomorrow.").waitFor();
        assertThat(ada.page().locator("#comments li .who").allTextContents())
                .satisfiesExactly(first -> assertThat(first).startsWith("You, "), second -> assertThat(second)
                        .startsWith("ben, "));
        assertThat(ada.page().locator("#comments .log").getAttribute("aria-live"))
                .isEqualTo("polite");
        ada.screenshot("comments-light");

        ada.page().keyboard().press("Escape");
        ada.card("Talk about me").locator(".talk:has-text('2 comments')").waitFor();
        ada.screenshot("comments-counted-light");
    }

    @Test
    void aPhoneShowsItAllAndDragsByTheGrip() {
        var ada = ada("phone");
        ada.add("later", "Held by its grip");
        ada.add("later", "Below it");
        ada.awaitSaved();
        var phone = opened(Window.onAPhone(chromium.browser(), instance.link(1).to("phone")));
        phone.awaitCard("later", "Below it");
        assertThat(phone.page().evaluate("() => document.documentElement.scrollWidth"))
                .isEqualTo(360);
        phone.screenshot("phone-light");

        var touch = new Touch(phone);
        var grip = phone.card("Held by its grip").locator(".grip").boundingBox();
        var below = phone.card("Below it").boundingBox();
        touch.start(grip.x + grip.width / 2, grip.y + grip.height / 2);
        touch.move(below.x + 100, below.y + below.height - 4);
        phone.screenshot("phone-drag-light");
        touch.end();
        phone.awaitSaved();
        eventually(() -> assertThat(ada.cards()).contains("[\"later\",\"Below it\",\"Held by its grip\"]"));
    }

    @Test
    @Tag("R-30")
    @Tag("R-32")
    @Tag("R-33")
    void peopleSeeEachOtherTypeAndPointAndGo() throws IOException {
        try (var cable = Cable.to(instance.link(1).port())) {
            var ada = ada("people");
            var address = cable.to("people", instance.link(1).token());
            var ben = opened(Window.open(chromium.browser(), address, ColorScheme.DARK));
            peopleSeeEachOther(ada, ben);

            cable.cut(); // he goes without a word
            ben.page().close();
            ada.person("ben").and(ada.page().locator("[data-state='away']")).waitFor();
            ada.person("ben").waitFor(gone());
            assertThat(ada.cursor("ben").count()).isZero();
            ada.screenshot("people-gone-light");
        }
    }

    private static void peopleSeeEachOther(Window ada, Window ben) {
        ada.add("now", "Show who is here");
        ben.awaitCard("now", "Show who is here");
        ada.person("ben").waitFor();
        ben.person("ada").waitFor();

        ben.card("Show who is here").locator(".open").click();
        ben.page().locator("#card-note").pressSequentially("Heads, cursors, and who types");
        ada.card("Show who is here")
                .locator(".activity:has-text('ben is typing…')")
                .waitFor();
        ada.person("ben")
                .and(ada.page().locator("[title='ben, editing “Show who is here”']"))
                .waitFor();
        ben.page().click("#editor >> text=Save");
        ada.page()
                .locator(".card .activity:has-text('ben')")
                .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.HIDDEN));

        var place = ben.card("Show who is here").boundingBox();
        eventually(() -> {
            ben.page().mouse().move(place.x + 60 + System.nanoTime() % 7, place.y + 20);
            assertThat(ada.cursor("ben").count()).isOne();
        });
        eventually(() -> {
            ada.page().mouse().move(place.x + 160 + System.nanoTime() % 7, place.y + 30);
            assertThat(ben.cursor("ada").count()).isOne();
        });
        ada.screenshot("people-light");
        ben.screenshot("people-dark");
    }

    @Test
    void withoutATokenThePageAsksForOne() {
        var stranger = Window.open(chromium.browser(), instance.link(0).origin() + "/?board=signin", ColorScheme.DARK);
        windows.add(stranger);
        stranger.awaitStatus("Signed out");
        stranger.screenshot("sign-in-dark");
        stranger.page().fill("#token", "not.a.token");
        stranger.page().click("button:has-text('Sign in')");
        stranger.page()
                .locator("#sign-in-words", new Page.LocatorOptions().setHasText("not accepted"))
                .waitFor();
        stranger.page().fill("#token", instance.link(0).token());
        stranger.page().click("button:has-text('Sign in')");
        stranger.awaitStatus("Live");
        stranger.add("now", "I am in");
        stranger.awaitSaved();
        stranger.page().reload();
        stranger.awaitCard("now", "I am in");
    }

    private static Locator.WaitForOptions gone() {
        return new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED);
    }
}
