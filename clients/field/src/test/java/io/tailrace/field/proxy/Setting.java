package io.tailrace.field.proxy;

/** How a proxy may be set up. */
enum Setting {
    /** With our file. */
    OURS("ours"),
    /** As it comes, with where to go. */
    DEFAULTS("defaults"),
    /**
     * Everything on that hinders: buffering, compression, ten seconds until an idle connection is cut, answers held
     * until complete.
     */
    HOSTILE("hostile");

    private final String title;

    Setting(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
