package io.tailrace.server.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Mouse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A person's window on a board. Every wait is for something to be seen, with Playwright's deadline. */
final class Window implements AutoCloseable {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final double PATIENCE_MS = 30_000;

    private final BrowserContext context;
    private final Page page;
    private final List<String> faults = new ArrayList<>();

    private Window(BrowserContext context) {
        this.context = context;
        context.setDefaultTimeout(PATIENCE_MS);
        this.page = context.newPage();
        listen();
    }

    private void listen() {
        page.onPageError(fault -> faults.add(fault));
        page.onConsoleMessage(message -> {
            if (message.text().contains("Content Security Policy")) {
                faults.add(message.text());
            }
        });
    }

    static Window open(Browser browser, String address, ColorScheme scheme) {
        return open(
                browser,
                address,
                new Browser.NewContextOptions().setViewportSize(1200, 760).setColorScheme(scheme));
    }

    static Window onAPhone(Browser browser, String address) {
        var phone = new Browser.NewContextOptions()
                .setViewportSize(360, 740)
                .setDeviceScaleFactor(2)
                .setHasTouch(true)
                .setIsMobile(true);
        return open(browser, address, phone);
    }

    private static Window open(Browser browser, String address, Browser.NewContextOptions options) {
        var window = new Window(browser.newContext(options));
        window.page.navigate(address);
        return window;
    }

    /** A window of the same browser, and so of the same person's device, with nothing opened in it yet. */
    static Window beside(Window other) {
        return new Window(other.context);
    }

    /** A window of a browser of its own, with nothing opened in it yet. */
    static Window blank(Browser browser) {
        return new Window(browser.newContext(new Browser.NewContextOptions().setViewportSize(1200, 760)));
    }

    /** Waits until the page is kept for times without a network. */
    void awaitKept() {
        page.waitForFunction("() => navigator.serviceWorker.controller?.state === 'activated'");
    }

    Page page() {
        return page;
    }

    BrowserContext context() {
        return context;
    }

    /** Script errors, and what the page's security policy refused. */
    List<String> faults() {
        return faults;
    }

    /** Waits until the connection is described by words that begin so. */
    void awaitStatus(String words) {
        page.waitForFunction("words => document.querySelector('#status-words').textContent.startsWith(words)", words);
    }

    String status() {
        return page.textContent("#status-words");
    }

    void awaitCard(String column, String title) {
        card(column, title).waitFor();
    }

    /** Waits until all that was changed here has its answer. */
    void awaitSaved() {
        page.waitForFunction(
                "() => !document.querySelector('.pending') && !document.querySelector('#saving').textContent");
    }

    void add(String column, String title) {
        var input = page.locator("[data-column='" + column + "'] .composer input");
        input.fill(title);
        input.press("Enter");
    }

    /** Somebody's head in the bar. */
    Locator person(String user) {
        return page.locator("#people [data-user='" + user + "']");
    }

    Locator cursor(String user) {
        return page.locator(".cursor[data-user='" + user + "']");
    }

    Locator card(String title) {
        return page.locator("article.card:not(.ghost)", new Page.LocatorOptions().setHasText(title));
    }

    Locator card(String column, String title) {
        return page.locator("[data-column='" + column + "'] article.card", new Page.LocatorOptions().setHasText(title));
    }

    /** Picks a card up, presses these keys, and puts it down. */
    void moveByKeys(String title, String... keys) {
        card(title).focus();
        page.keyboard().press("Space");
        for (String key : keys) {
            page.keyboard().press(key);
        }
        page.keyboard().press("Space");
    }

    /** Drags a card to the top of a column; {@code meanwhile} runs before it is let go. */
    void drag(String title, String column, Runnable meanwhile) {
        var from = card(title).boundingBox();
        var to = page.locator("[data-column='" + column + "'] .cards").boundingBox();
        page.mouse().move(from.x + 30, from.y + 20);
        page.mouse().down();
        page.mouse().move(to.x + 60, to.y + 10, new Mouse.MoveOptions().setSteps(6));
        meanwhile.run();
        page.mouse().up();
    }

    /** Titles by column, as they stand. */
    String cards() {
        return (String) page.evaluate("""
                () => JSON.stringify([...document.querySelectorAll('.column')].map((column) =>
                  [column.dataset.column, ...[...column.querySelectorAll('.open')].map((open) => open.textContent)]))""");
    }

    /** Says something about the card that is open. */
    void say(String text) {
        page.fill("#comment-text", text);
        page.press("#comment-text", "Control+Enter");
    }

    Locator comment(String text) {
        return page.locator("#comments li", new Page.LocatorOptions().setHasText(text));
    }

    /** Waits for a message, and answers it with this button. */
    void answer(String words, String button) {
        var notice = page.locator(".notice", new Page.LocatorOptions().setHasText(words));
        notice.waitFor();
        notice.locator("button:has-text('" + button + "')").click();
    }

    /** All that is in the page's databases, as text. */
    String stored() {
        return (String) page.evaluate("""
                async () => {
                  const all = [];
                  for (const { name } of await indexedDB.databases()) {
                    const database = await new Promise((resolve) => {
                      indexedDB.open(name).onsuccess = (event) => resolve(event.target.result);
                    });
                    for (const store of database.objectStoreNames) {
                      all.push(await new Promise((resolve) => {
                        database.transaction(store).objectStore(store).getAll().onsuccess = (event) => resolve(event.target.result);
                      }));
                    }
                    database.close();
                  }
                  return JSON.stringify(all);
                }""");
    }

    /** What the panel says in a row, such as {@code state}. */
    String panel(String row) {
        return page.textContent("[data-row='" + row + "']");
    }

    String announced() {
        return page.textContent("#announcer");
    }

    void screenshot(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    @Override
    public void close() {
        context.close();
    }
}
