package io.tailrace.server.browser;

import static io.tailrace.testkit.Eventually.eventually;
import static io.tailrace.testkit.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.testkit.Ports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** {@code ./tailrace up --nodes 2} on a directory of its own, known by what it prints. */
final class Instance implements AutoCloseable {

    private static final Path LAUNCHER =
            Path.of("..", "tailrace").toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Pattern LINK = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)/\\?board=roadmap#(token=\\S+)");

    private static final String[] BOARDS = {"board:*=read,write,presence,cursors", "chat:*=read,write"};

    private final Path directory;
    private final List<Process> processes = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();

    /**
     * Where a person opens the board.
     *
     * @param port of the node
     * @param fragment what signs in and names the nodes
     */
    record Link(int port, String fragment) {

        /** The address of a board at this node. */
        String to(String board) {
            return origin() + "/?board=" + board + "#" + fragment;
        }

        String origin() {
            return "http://127.0.0.1:" + port;
        }

        String token() {
            return fragment.replaceAll("^token=([^&]+).*$", "$1");
        }
    }

    private Instance(Path directory) {
        this.directory = directory;
    }

    /** Starts one, in a temporary directory; returns when it says that all is ready. */
    static Instance up() throws Exception {
        var instance = new Instance(Files.createTempDirectory("tailrace-browser-"));
        try {
            instance.start();
            return instance;
        } catch (IOException | AssertionError e) {
            instance.close();
            throw e;
        }
    }

    private void start() throws IOException {
        int port = Ports.free();
        var said = start("up", "--port", Integer.toString(port), "--nodes", "2");
        awaitSaid(said, "Ctrl-C");
        links.addAll(LINK.matcher(text(said))
                .results()
                .map(found -> new Link(Integer.parseInt(found.group(1)), found.group(2)))
                .toList());
    }

    private void awaitSaid(Path said, String words) {
        eventually(PATIENCE, () -> assertThat(text(said)).contains(words));
    }

    /** A link for each node, each of another person. */
    Link link(int node) {
        return links.get(node);
    }

    /** A token of a person of the same tenant, for boards and comments, and what else is granted. */
    String token(String user, String... grants) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(LAUNCHER.toString(), "token", "--tenant", "acme", "--user", user));
        for (String grant : grants.length > 0 ? grants : BOARDS) {
            command.addAll(List.of("--grant", grant));
        }
        command.addAll(List.of("--data", directory.resolve("data").toString()));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return said.strip();
    }

    /** A token of somebody who may do everything in the tenant. */
    String adminToken() throws IOException, InterruptedException {
        return token("root", "*=read,write,presence,cursors,manage");
    }

    /** Ends a node as a power cut does. */
    void kill(int node) throws IOException {
        var ready = Pattern.compile("Node " + links.get(node).port() + " is ready, pid (\\d+)");
        long pid = Long.parseLong(all(ready).getLast().group(1));
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        until(
                "the node is gone",
                () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    /** Starts a node that was killed. */
    void restart(int node) throws IOException {
        int port = links.get(node).port();
        var said = start("node", "--port", Integer.toString(port));
        awaitSaid(said, "Node " + port + " is ready");
    }

    private List<MatchResult> all(Pattern pattern) throws IOException {
        var found = new ArrayList<MatchResult>();
        for (int i = 0; i < processes.size(); i++) {
            found.addAll(pattern.matcher(text(output(i))).results().toList());
        }
        return found;
    }

    private Path start(String... words) throws IOException {
        var command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("--data", directory.resolve("data").toString()));
        var said = output(processes.size());
        var builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TAILRACE_"));
        builder.environment().put("TAILRACE_PRESENCE_HEARTBEAT", "2s"); // so that a lease ends while a test waits
        processes.add(builder.start());
        return said;
    }

    private Path output(int index) {
        return directory.resolve("said-" + index + ".txt");
    }

    private static String text(Path said) throws IOException {
        return Files.readString(said);
    }

    @Override
    public void close() throws InterruptedException, IOException {
        for (Process process : processes.reversed()) {
            process.destroy();
        }
        for (Process process : processes) {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IllegalStateException("the instance does not stop");
            }
        }
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
