package io.tailrace.field.foreign;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.ErrorStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.MessageEvent;
import com.launchdarkly.eventsource.background.BackgroundEventHandler;
import com.launchdarkly.eventsource.background.BackgroundEventSource;
import io.tailrace.field.Site;
import io.tailrace.field.Stage;
import io.tailrace.field.foreign.Trial.Route;
import io.tailrace.field.foreign.Trial.Task;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** LaunchDarkly's {@code okhttp-eventsource}, of Java, Kotlin and Android. */
@ExtendWith(Stage.class)
@Tag("R-20")
class OkHttpIT {

    @ParameterizedTest
    @EnumSource
    void resumesExactly(Route route, Site site, @TempDir Path directory) throws Exception {
        Trial.run(site, route, directory, Listener::new);
    }

    private static final class Listener implements Reader, BackgroundEventHandler {

        private static final Pattern SEQ = Pattern.compile("\"seq\":(\\d+)");

        private final List<String> seen = new CopyOnWriteArrayList<>();
        private final List<String> errors = new CopyOnWriteArrayList<>();
        private final BackgroundEventSource source;

        Listener(Task task) {
            var connection =
                    ConnectStrategy.http(URI.create(task.url())).header("Authorization", "Bearer " + task.token());
            var builder = new EventSource.Builder(connection).errorStrategy(ErrorStrategy.alwaysContinue());
            source = new BackgroundEventSource.Builder(this, builder).build();
            source.start();
        }

        @Override
        public void onMessage(String event, MessageEvent message) {
            if (event.equals("message")) { // others have names, and are not of the log
                var seq = SEQ.matcher(message.getData());
                seen.add((seq.find() ? seq.group(1) : message.getData()) + " " + message.getLastEventId());
            }
        }

        @Override
        public void onError(Throwable error) {
            errors.add(error.toString());
        }

        @Override
        public void onOpen() {}

        @Override
        public void onClosed() {}

        @Override
        public void onComment(String comment) {}

        @Override
        public List<String> seen() {
            return List.copyOf(seen);
        }

        @Override
        public String said() {
            return errors.toString();
        }

        @Override
        public void close() {
            source.close();
        }
    }
}
