package dev.jarbor.cluster;

/** The nodes of a cluster in this process. */
interface Nodes extends AutoCloseable {
    /** A cluster without nodes. */
    Nodes NONE = new Nodes() {
        @Override
        public void start(ControlPlane plane) {}

        @Override
        public int count() {
            return 0;
        }

        @Override
        public String inWords() {
            return "no nodes";
        }

        @Override
        public void close() {}
    };

    /** Joins the nodes to {@code plane}; returns once they have begun to register. */
    void start(ControlPlane plane);

    /** How many there are. */
    int count();

    /** Such as {@code 3 simulated nodes}. */
    String inWords();

    @Override
    void close();
}
