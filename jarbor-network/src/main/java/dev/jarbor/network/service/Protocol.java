package dev.jarbor.network.service;

import java.util.Locale;
import java.util.Optional;

/** A transport protocol that Services know. */
public enum Protocol {
    TCP,
    UDP,
    SCTP;

    /** Reads the name in a port's {@code protocol} field; absent means TCP. */
    public static Optional<Protocol> read(String name) {
        return switch (name) {
            case "", "TCP" -> Optional.of(TCP);
            case "UDP" -> Optional.of(UDP);
            case "SCTP" -> Optional.of(SCTP);
            default -> Optional.empty();
        };
    }

    /** In lower case, as rules and DNS names spell it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
