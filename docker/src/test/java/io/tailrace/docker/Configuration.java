package io.tailrace.docker;

import io.tailrace.docker.Proxy.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How each proxy is told its configuration, and what has to stand around ours so that it runs beside others. */
final class Configuration {

    private static final List<String> PLACES =
            List.of("/usr/sbin/", "/usr/local/sbin/", "/usr/bin/", "/usr/local/bin/", "/opt/homebrew/bin/");

    /** What apache2 has beside what its own package turns on. */
    private static final String APACHE_MODULES = """
            mpm_event authz_core log_config setenvif headers rewrite lua buffer deflate filter reqtimeout
            slotmem_shm watchdog proxy proxy_http proxy_balancer lbmethod_byrequests lbmethod_bybusyness proxy_hcheck
            """;

    private Configuration() {}

    /** Writes what it needs into {@code directory}, and returns the command that starts it in the foreground. */
    static List<String> here(
            Kind kind, String configuration, Path home, Path directory, int port, int first, int second)
            throws IOException {
        var own = configuration
                .replace("listen 80;", "listen 127.0.0.1:" + port + ";")
                .replace("bind :80", "bind 127.0.0.1:" + port)
                .replace("*:80>", "127.0.0.1:" + port + ">")
                .replace("http_port 80 ", "http_port 127.0.0.1:" + port + " ")
                .replace("tailrace-1:8080", "127.0.0.1:" + first)
                .replace("tailrace-2:8080", "127.0.0.1:" + second)
                .replace("tailrace-1 parent 8080", "127.0.0.1 parent " + first)
                .replace("tailrace-2 parent 8080", "127.0.0.1 parent " + second)
                .replaceAll("\"tailrace-1\";(\\s+\\.port = )\"8080\"", "\"127.0.0.1\";$1\"" + first + "\"")
                .replaceAll("\"tailrace-2\";(\\s+\\.port = )\"8080\"", "\"127.0.0.1\";$1\"" + second + "\"")
                .replaceAll("/var/log/\\w+/tailrace.log", accesses(directory).toString())
                .replace("/etc/apache2/", home.resolve("apache") + "/");
        var file = Files.writeString(directory.resolve("tailrace.conf"), own);
        return switch (kind) {
            case NGINX -> nginx(directory, file);
            case HAPROXY -> List.of(installed("haproxy"), "-db", "-f", file.toString());
            case APACHE -> apache(home, directory, file, port);
            case SQUID -> squid(directory, own);
            case VARNISH -> varnish(directory, file, port);
        };
    }

    /** Where it writes about requests. */
    static Path accesses(Path directory) {
        return directory.resolve("accesses.log");
    }

    /** Where what it says goes. */
    static Path said(Kind kind, Path directory) {
        return kind == Kind.HAPROXY ? accesses(directory) : directory.resolve("said.log");
    }

    private static List<String> nginx(Path directory, Path file) throws IOException {
        var whole = Files.writeString(directory.resolve("nginx.conf"), """
                daemon off;
                pid %1$s/nginx.pid;
                events {}
                http {
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  include %2$s;
                }
                """.formatted(directory, file));
        return List.of(installed("nginx"), "-e", "stderr", "-p", directory.toString(), "-c", whole.toString());
    }

    private static List<String> apache(Path home, Path directory, Path file, int port) throws IOException {
        var whole = new StringBuilder("ServerRoot " + directory + "\nServerName tailrace.test\nListen 127.0.0.1:" + port
                + "\nUser nobody\nGroup nogroup\nErrorLog error.log\nPidFile httpd.pid\nDefaultRuntimeDir .\n"
                + "<Directory />\nRequire all granted\n</Directory>\n");
        for (var module : APACHE_MODULES.strip().split("\\s+")) {
            whole.append(
                    "<IfModule !%1$s_module>\nLoadModule %1$s_module /usr/lib/apache2/modules/mod_%1$s.so\n</IfModule>\n"
                            .formatted(module));
        }
        // Where workers of any user can read it.
        var absent = Files.copy(home.resolve("apache/tailrace-absent.lua"), directory.resolve("tailrace-absent.lua"));
        Files.writeString(file, Files.readString(file).replace(home.resolve("apache") + "/", directory + "/"));
        whole.append("Include ").append(file).append('\n');
        var main = Files.writeString(directory.resolve("httpd.conf"), whole);
        return List.of(
                installed("apache2"),
                "-DFOREGROUND",
                "-d",
                absent.resolveSibling("").toString(),
                "-f",
                main.toString());
    }

    private static List<String> squid(Path directory, String own) throws IOException {
        var file = Files.writeString(directory.resolve("squid.conf"), own + """

                pid_filename %1$s/squid.pid
                cache_log %1$s/cache.log
                coredump_dir %1$s
                netdb_filename none
                pinger_enable off
                visible_hostname tailrace.test
                max_filedescriptors 4096
                """.formatted(directory));
        return List.of(installed("squid"), "-N", "-f", file.toString());
    }

    private static List<String> varnish(Path directory, Path file, int port) throws IOException {
        return List.of(
                installed("varnishd"),
                "-F",
                "-j",
                "none",
                "-T",
                "none",
                "-n",
                directory.resolve("work").toString(),
                "-s",
                "malloc,16m",
                "-f",
                file.toString(),
                "-a",
                "127.0.0.1:" + port);
    }

    /** Distributions put proxies where only root's PATH looks. */
    private static String installed(String program) {
        return PLACES.stream()
                .map(directory -> directory + program)
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        program + " is not installed, and its file is tested under the real one: install it"));
    }
}
