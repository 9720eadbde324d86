package dev.jarbor.server.http;

import org.jspecify.annotations.Nullable;

/**
 * Where Jazzer calls in, in a process of its own whose system property {@code jarbor.fuzz.group} says what is fuzzed.
 *
 * @see FaceFuzzTest
 */
public final class FaceFuzzer {
    static final String GROUP = "jarbor.fuzz.group";

    private static @Nullable FuzzedFace face;

    private FaceFuzzer() {}

    /** Called once, by its name. */
    public static void fuzzerInitialize() {
        face = new FuzzedFace(FuzzTarget.Group.valueOf(System.getProperty(GROUP, "ALL")));
    }

    /** Called with each input, by its name. */
    public static void fuzzerTestOneInput(byte[] input) {
        FuzzedFace fuzzed = face;
        if (fuzzed == null) {
            throw new IllegalStateException("not initialized");
        }
        fuzzed.take(input);
    }
}
