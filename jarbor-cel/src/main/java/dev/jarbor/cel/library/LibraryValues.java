package dev.jarbor.cel.library;

import dev.jarbor.api.Quantity;
import dev.jarbor.cel.value.CelException;

/** Values of the libraries' own types, for variables that hold such. */
public final class LibraryValues {
    private LibraryValues() {}

    /** A {@code kubernetes.Quantity}. */
    public static Object quantity(Quantity quantity) {
        return Quantities.value(quantity);
    }

    /**
     * A {@code kubernetes.Semver}.
     *
     * @throws CelException where {@code version} is none
     */
    public static Object semver(String version) {
        return Semvers.value(version);
    }
}
