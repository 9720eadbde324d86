package dev.jarbor.server.flow;

/**
 * A request that wants seats.
 *
 * @param flow what is the same for all requests of one flow
 * @param seats how many it takes while it runs
 * @param listener told once what became of it
 */
record Work(long flow, int seats, Listener listener) {
    /** Told on whatever thread freed the seats; must return quickly. */
    interface Listener {
        void started();

        void rejected(Rejection why);
    }

    /** Why a request was turned away, in the words of the reference's metrics. */
    enum Rejection {
        QUEUE_FULL("queue-full"),
        CONCURRENCY_LIMIT("concurrency-limit"),
        TIME_OUT("time-out");

        private final String word;

        Rejection(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }
}
