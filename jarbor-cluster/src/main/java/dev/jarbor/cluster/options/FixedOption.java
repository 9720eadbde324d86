package dev.jarbor.cluster.options;

import java.util.List;

/**
 * An option of kube-apiserver that decides here what is decided already: it may be given with the one value that is true,
 * and is refused with every other.
 *
 * @param name without dashes
 * @param only the value that may be given; "" where none may
 * @param why what there is instead, as the end of a sentence
 */
public record FixedOption(String name, String only, String why) {
    /** @throws WrongOption where it is given with another value */
    void check(OptionValues values) {
        for (String given : values.list(name, List.of())) {
            if (only.isEmpty() || !given.equals(only)) {
                throw new WrongOption(values.where(name) + " " + (only.isEmpty() ? "is" : "other than " + only + " is")
                        + " not supported: " + why);
            }
        }
    }
}
