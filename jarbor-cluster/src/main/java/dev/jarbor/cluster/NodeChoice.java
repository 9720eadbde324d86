package dev.jarbor.cluster;

/** Which nodes a cluster gets: what {@code --nodes} says. */
public sealed interface NodeChoice {
    /** Real containers when containerd can be used here, else one simulated node. */
    record Auto() implements NodeChoice {}

    /** Real containers through containerd. */
    record Containerd() implements NodeChoice {}

    /** {@code count} simulated nodes: pods run as states, not as processes. */
    record Simulated(int count) implements NodeChoice {
        public static final int MOST = 10_000;

        public Simulated {
            if (count < 1 || count > MOST) {
                throw new CannotStart("--nodes sim=" + count + ": between 1 and " + MOST + " nodes can be simulated");
            }
        }
    }

    /** A control plane alone. */
    record None() implements NodeChoice {}

    /**
     * Reads {@code auto}, {@code containerd}, {@code sim=N}, {@code sim} or {@code none}.
     *
     * @throws CannotStart for anything else
     */
    static NodeChoice parse(String text) {
        return switch (text) {
            case "auto" -> new Auto();
            case "containerd" -> new Containerd();
            case "sim" -> new Simulated(1);
            case "none" -> new None();
            default -> {
                if (text.matches("sim=[0-9]{1,6}")) {
                    yield new Simulated(Integer.parseInt(text.substring(4)));
                }
                throw new CannotStart("--nodes " + text + ": expected auto, containerd, sim=N or none");
            }
        };
    }
}
