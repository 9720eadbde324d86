package dev.jarbor.cel.library;

import dev.jarbor.cel.value.Meter;

/** What a function does; the receiver of a method is its first argument. */
@FunctionalInterface
public interface Function {
    /** @throws dev.jarbor.cel.value.CelException where there is no result */
    Object call(Object[] arguments, Meter meter);
}
