package io.tailrace.bench.servers;

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

        /** Starts it anew. */
        Server start() throws Absent;
    }

    private record Ours(Cluster cluster, int nodes) implements Contestant {
        @Override
        public String name() {
            return "tailrace";
        }

        @Override
        public Server start() {
            return cluster.nodes(nodes, Map.of());
        }
    }

    private record Described(Description description, Path scratch) implements Contestant {
        @Override
        public String name() {
            return description.name();
        }

        @Override
        public Server start() throws Absent {
            return DescribedServer.start(description, scratch);
        }
    }

    /** Ours with so many nodes, the built-in ones called so, and what the user brought. */
    public List<Contestant> beside(int nodes, String... builtIn) {
        var all = new ArrayList<Contestant>();
        all.add(new Ours(cluster, nodes));
        for (var name : builtIn) {
            all.add(new Described(Description.builtIn(name), scratch));
        }
        against.forEach(description -> all.add(new Described(description, scratch)));
        return all;
    }
}
