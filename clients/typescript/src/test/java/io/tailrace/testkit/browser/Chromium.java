package io.tailrace.testkit.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Chromium of this machine under Playwright: none is downloaded. As root, Debian's is installed when it is missing.
 * Used by the thread that made it.
 */
public final class Chromium implements AutoCloseable {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    public static Chromium launch() {
        Path program = installed().orElseGet(Chromium::install);
        var playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            var browser = playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(program)
                            .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking")));
            return new Chromium(playwright, browser);
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    /** The browser; pages of it are the caller's to close. */
    public Browser browser() {
        return browser;
    }

    private static Optional<Path> installed() {
        var directories = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin");
        return NAMES.stream()
                .flatMap(name ->
                        Arrays.stream(directories.split(File.pathSeparator)).map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Path install() {
        if (ROOT) {
            run("apt-get", "update", "-q");
            run("apt-get", "install", "-qy", "--no-install-recommends", "chromium");
        }
        return installed()
                .orElseThrow(
                        () -> new IllegalStateException("there is no Chromium on the PATH: apt-get install chromium"));
    }

    private static void run(String... command) {
        var builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        try {
            int status = builder.start().waitFor();
            if (status != 0) {
                throw new IllegalStateException(Stream.of(command).toList() + " ends with status " + status);
            }
        } catch (IOException e) {
            throw new IllegalStateException("Chromium cannot be installed here", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
