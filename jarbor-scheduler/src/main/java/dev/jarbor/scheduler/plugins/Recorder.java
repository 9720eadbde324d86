package dev.jarbor.scheduler.plugins;

/** Hears how pods find their nodes: who was asked where, what came of it, and how long that took. */
public interface Recorder {
    /** How what was asked for ended. */
    enum Result {
        SUCCESS("Success"),
        ERROR("Error"),
        /** Others may have to go. */
        UNSCHEDULABLE("Unschedulable"),
        /** It would not help if others went. */
        UNRESOLVABLE("UnschedulableAndUnresolvable"),
        /** It has nothing to say about this pod. */
        SKIP("Skip");

        private final String label;

        Result(String label) {
            this.label = label;
        }

        /** How the reference calls it. */
        public String label() {
            return label;
        }
    }

    /** Where nobody listens. */
    Recorder NONE = new Recorder() {
        @Override
        public long now() {
            return 0;
        }

        @Override
        public void ran(ExtensionPoint point, Result result, long since) {}

        @Override
        public void ran(ExtensionPoint point, Plugin plugin, Result result, long since) {}

        @Override
        public void asked(ExtensionPoint point, Plugin plugin, long times) {}
    };

    /** Now, in nanoseconds on a clock of its own. */
    long now();

    /** All plugins of {@code point} have had their say; they began at {@code since}, as {@link #now} told it. */
    void ran(ExtensionPoint point, Result result, long since);

    /** One of them. */
    void ran(ExtensionPoint point, Plugin plugin, Result result, long since);

    /** It was asked {@code times} times, and had something to say. */
    void asked(ExtensionPoint point, Plugin plugin, long times);
}
