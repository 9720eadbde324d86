package dev.jarbor.cluster.options;

/**
 * One option of a control plane, under the name that operators of the reference know.
 *
 * @param name without dashes, as in configuration files
 * @param kind what it takes
 * @param takes what stands for the value in help texts; "" for switches
 * @param about one sentence
 * @param fallback what holds where it is not given, in words; "" where that is nothing
 */
public record ServerOption(String name, Kind kind, String takes, String about, String fallback) {
    /** What an option takes. */
    public enum Kind {
        TEXT,
        NUMBER,
        /** True or false; a flag without a value is true. */
        SWITCH,
        /** A length of time, such as {@code 1h30m}. */
        DURATION,
        /** Several values, separated by commas or by giving the option again. */
        LIST,
        /** A file, read at start; relative to the current folder, or to the folder of the configuration file. */
        FILE,
        /** Several files. */
        FILES
    }

    /** The sentence with the fallback. */
    public String help() {
        return fallback.isEmpty() ? about : about + " Default: " + fallback + ".";
    }
}
