package io.tailrace.field.foreign;

import com.microsoft.playwright.Page;
import io.tailrace.field.Site;
import io.tailrace.field.Stage;
import io.tailrace.field.foreign.Trial.Route;
import io.tailrace.field.foreign.Trial.Task;
import io.tailrace.testkit.browser.Chromium;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The {@code EventSource} of a browser. */
@ExtendWith(Stage.class)
@Tag("R-20")
class ChromiumIT {

    private static final String LISTEN = """
            (url) => {
              window.seen = [];
              const source = new EventSource(url);
              source.onmessage = (event) => window.seen.push(`${JSON.parse(event.data).seq} ${event.lastEventId}`);
            }""";

    @ParameterizedTest
    @EnumSource
    void resumesExactly(Route route, Site site, Chromium chromium, @TempDir Path directory) throws Exception {
        Trial.run(site, route, directory, task -> listen(chromium, task));
    }

    private static Reader listen(Chromium chromium, Task task) {
        var page = chromium.browser().newPage();
        page.navigate(task.origin() + "/health/live");
        page.evaluate(LISTEN, task.ticketUrl());
        return new PageReader(page);
    }

    private record PageReader(Page page) implements Reader {

        @Override
        public List<String> seen() {
            return ((List<?>) page.evaluate("() => window.seen"))
                    .stream().map(Object::toString).toList();
        }

        @Override
        public String said() {
            return "";
        }

        @Override
        public void close() {
            page.close();
        }
    }
}
