package io.tailrace.bench.scenario;

import io.tailrace.bench.report.Goal;
import java.util.List;

/** Something that is measured, row by row, for ours and for whoever is beside it. */
public interface Scenario {

    /** One word, as on the command line. */
    String name();

    /** One sentence: what it measures. */
    String about();

    /** The figure that is plotted. */
    String headline();

    /** What is to be done in each round, in this order: rows, and in each row the servers in turn. */
    List<Trial> trials(Stage stage);

    /** What is aimed at. */
    List<Goal> goals();
}
