package dev.jarbor.node.simulated;

/** The addresses of simulated machines and their pods, by the place of the machine in its cluster. */
public final class SimulatedAddresses {
    /** As many as there are addresses of this form. */
    private static final int MOST = 2 * 250 * 250;

    private SimulatedAddresses() {}

    /**
     * Where the pods of a machine have theirs: 10.44.0.0/24 upwards, so that they are never those of real pods.
     *
     * @throws IllegalArgumentException beyond 10.255.255.0/24
     */
    public static String pods(int index) {
        int second = 44 + index / 256;
        if (second > 255) {
            throw new IllegalArgumentException("no pod addresses are left for simulated machine " + index);
        }
        return "10." + second + "." + index % 256 + ".0/24";
    }

    /**
     * The machine's own, from 198.18.0.0/15, which RFC 2544 sets aside for tests.
     *
     * @throws IllegalArgumentException where there are none left
     */
    public static String machine(int index) {
        if (index >= MOST) {
            throw new IllegalArgumentException("no address is left for simulated machine " + index);
        }
        return "198." + (18 + index / 62_500) + "." + index / 250 % 250 + "." + (index % 250 + 1);
    }
}
