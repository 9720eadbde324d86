package dev.jarbor.network.service;

import dev.jarbor.network.Ipv4;
import java.util.Comparator;

/**
 * What clients connect to.
 *
 * @param address the address, or {@link Ipv4#ANY} for any address of this machine (node ports)
 */
public record Frontend(Ipv4 address, Protocol protocol, int port) implements Comparable<Frontend> {
    private static final Comparator<Frontend> ORDER = Comparator.comparing(Frontend::address)
            .thenComparing(Frontend::protocol)
            .thenComparingInt(Frontend::port);

    public Frontend {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }

    @Override
    public int compareTo(Frontend other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return address + ":" + port + "/" + protocol;
    }
}
