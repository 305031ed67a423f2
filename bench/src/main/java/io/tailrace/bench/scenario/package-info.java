/** What is measured: a scenario each. They use servers, load and the machine's accounting, and bring back figures. */
@NullMarked
package io.tailrace.bench.scenario;

import org.jspecify.annotations.NullMarked;
