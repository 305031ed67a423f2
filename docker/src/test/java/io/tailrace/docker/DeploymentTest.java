package io.tailrace.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.server.ServerConfig;
import io.tailrace.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The image and compose files, as far as they can be held to their word without a Docker daemon. */
class DeploymentTest {

    private static final Path COMPOSE = Path.of("compose.yaml");
    private static final Path DOCKERFILE = Path.of("Dockerfile");

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> services() throws IOException {
        Map<String, Object> whole = new Yaml().load(Files.readString(COMPOSE));
        return (Map<String, Map<String, Object>>) Objects.requireNonNull(whole.get("services"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> environment(String service) throws IOException {
        var environment = new HashMap<String, String>();
        ((Map<String, Object>) Objects.requireNonNull(service(service).get("environment")))
                .forEach((name, value) -> environment.put(name, substituted(value.toString())));
        return environment;
    }

    private static Map<String, Object> service(String name) throws IOException {
        return Objects.requireNonNull(services().get(name));
    }

    /** As compose does: a value that is demanded is given, a default is taken. */
    private static String substituted(String value) {
        return Pattern.compile("\\$\\{[A-Z_]+:([?-])([^}]*)}")
                .matcher(value)
                .replaceAll(match -> match.group(1).equals("?") ? "x".repeat(32) : match.group(2));
    }

    @Test
    void configuresNodesThatWouldStart() throws Exception {
        for (var node : List.of("tailrace-1", "tailrace-2")) {
            var config = ServerConfig.from(environment(node));

            assertThat(config.node()).isEqualTo(node);
            assertThat(config.drain().delay().plus(config.drain().timeout())).hasSeconds(18);
        }
    }

    @Test
    void startsNodesWhenWhatTheyNeedIsThere() throws Exception {
        assertThat(services()).containsOnlyKeys("proxy", "tailrace-1", "tailrace-2", "postgres", "redis");
        assertThat(service("tailrace-1").get("depends_on"))
                .isEqualTo(Map.of(
                        "postgres", Map.of("condition", "service_healthy"),
                        "redis", Map.of("condition", "service_healthy")));
        assertThat(service("postgres")).containsKey("healthcheck");
        assertThat(service("redis")).containsKey("healthcheck");
    }

    @Test
    void letsNobodyInButThroughTheProxy() throws Exception {
        assertThat(services().entrySet())
                .filteredOn(service -> service.getValue().containsKey("ports"))
                .extracting(Map.Entry::getKey)
                .containsExactly("proxy");
    }

    @Test
    void namesFilesThatAreThere() throws Exception {
        var volumes = (List<?>) Objects.requireNonNull(service("proxy").get("volumes"));

        assertThat(volumes)
                .allSatisfy(volume ->
                        assertThat(Path.of(volume.toString().split(":", -1)[0])).exists());
        assertThat(Path.of("..", "mvnw")).exists();
        assertThat(Files.readString(DOCKERFILE)).contains("/source/server/target/tailrace.jar", "tailrace.jvm ./");
        assertThat(Path.of("..", "server", "src", "main", "jvm", "tailrace.jvm"))
                .exists();
    }

    @Test
    void runsAsNobodyInParticular() throws Exception {
        assertThat(Files.readAllLines(DOCKERFILE)).contains("USER tailrace");
        assertThat(service("tailrace-1")).containsEntry("read_only", true).containsEntry("cap_drop", List.of("ALL"));
    }

    @Test
    void asksANodeWhetherItIsAlive() throws Exception {
        int port = Ports.free();
        try (var node = Node.on(port, exchange -> Node.answer(exchange, 500, "text/plain", ""))) {
            assertThat(healthcheck(port)).isZero();
            assertThat(node).isNotNull();
        }

        assertThat(healthcheck(port)).isNotZero();
    }

    /** The exit status of the image's health check, run as Docker would. */
    private static int healthcheck(int port) throws Exception {
        var command = Pattern.compile("CMD (\\[\"bash\".*])").matcher(Files.readString(DOCKERFILE));
        assertThat(command.find()).isTrue();
        List<String> words = new Yaml().load(command.group(1));
        var check = new ProcessBuilder(words).redirectErrorStream(true);
        check.environment().put("TAILRACE_PORT", Integer.toString(port));
        return check.start().waitFor();
    }
}
