package io.tailrace.server.bus;

/** Told when a subscription holds and when it does not. Called on the bus's own thread: must be quick and never block. */
public interface BusStates {

    /** Does not care. */
    BusStates IGNORED = new BusStates() {
        @Override
        public void confirmed() {}

        @Override
        public void interrupted() {}
    };

    /** The subscription took effect: what is published from now on arrives. Again after every reconnection. */
    void confirmed();

    /** The bus is gone: messages may be lost until the next {@link #confirmed}. */
    void interrupted();
}
