package io.tailrace.bench.servers;

import io.tailrace.bench.load.Transport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Who takes part in a comparison, ours first.
 *
 * @param cluster where ours runs
 * @param scratch a directory for files of the others
 * @param against descriptions that the user brought
 */
public record Contestants(Cluster cluster, Path scratch, List<Description> against) {

    /** One of them. */
    public interface Contestant {

        String name();

        /** Starts it anew, with streams over {@code transport}. */
        Server start(Transport transport) throws Absent;

        /** The same, with streams over plain HTTP/1.1. */
        default Server start() throws Absent {
            return start(Transport.PLAIN);
        }
    }

    private record Ours(Cluster cluster, int nodes) implements Contestant {
        @Override
        public String name() {
            return "tailrace";
        }

        @Override
        public Server start(Transport transport) {
            return cluster.nodes(nodes, Map.of(), transport);
        }
    }

    private record Described(Description description, Path scratch, Certificate certificate) implements Contestant {
        @Override
        public String name() {
            return description.name();
        }

        @Override
        public Server start(Transport transport) throws Absent {
            return DescribedServer.start(description, scratch, certificate, transport);
        }
    }

    /** Ours with so many nodes, the built-in ones called so, and what the user brought. */
    public List<Contestant> beside(int nodes, String... builtIn) {
        var all = new ArrayList<Contestant>();
        all.add(new Ours(cluster, nodes));
        for (var name : builtIn) {
            all.add(described(Description.builtIn(name)));
        }
        against.forEach(description -> all.add(described(description)));
        return all;
    }

    private Contestant described(Description description) {
        return new Described(description, scratch, cluster.certificate());
    }
}
