package dev.jarbor.network.service;

import dev.jarbor.network.Ipv4;
import java.util.Comparator;

/** Where a connection ends: one endpoint's address and port. */
public record Backend(Ipv4 address, int port) implements Comparable<Backend> {
    private static final Comparator<Backend> ORDER =
            Comparator.comparing(Backend::address).thenComparingInt(Backend::port);

    public Backend {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }

    @Override
    public int compareTo(Backend other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return address + ":" + port;
    }
}
