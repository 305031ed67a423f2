package io.tailrace.bench.servers;

import io.tailrace.bench.load.Outlet;
import io.tailrace.bench.load.Plan;
import java.util.List;
import java.util.Map;

/** A server that runs, as the load sees it. */
public interface Server extends AutoCloseable {

    /** Readers of {@code channels} channels, each of which follows one. */
    Plan readers(int channels, int readers);

    /** Where and how to publish to those channels. */
    Outlet outlet();

    /** Its processes by part, parents only; the part that serves streams is called {@link #STREAMS}. */
    Map<String, List<Long>> processes();

    /** The part of {@link #processes} that readers are connected to. */
    String STREAMS = "streams";

    @Override
    void close();
}
