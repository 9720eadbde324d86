package dev.jarbor.cluster.options;

import java.util.ArrayList;
import java.util.List;

/**
 * Which control loops run: {@code *} for all, a name for that one, {@code -name} for all but that one.
 *
 * @param all whether those run that are not named
 */
public record ControllerChoice(boolean all, List<String> on, List<String> off) {
    public static final ControllerChoice EVERYTHING = new ControllerChoice(true, List.of(), List.of());

    public ControllerChoice {
        on = List.copyOf(on);
        off = List.copyOf(off);
    }

    static ControllerChoice parse(List<String> words) {
        var on = new ArrayList<String>();
        var off = new ArrayList<String>();
        boolean all = false;
        for (String word : words) {
            if (word.equals("*")) {
                all = true;
            } else if (word.startsWith("-")) {
                off.add(word.substring(1));
            } else {
                on.add(word);
            }
        }
        for (String name : on) {
            if (off.contains(name)) {
                throw new WrongOption("--controllers names " + name + " and -" + name + ": give one of them");
            }
        }
        return new ControllerChoice(all, on, off);
    }

    /**
     * Whether the loop of that name runs.
     *
     * @param byDefault whether it is one of those that {@code *} means
     */
    public boolean runs(String name, boolean byDefault) {
        return on.contains(name) || (byDefault && all && !off.contains(name) && !off.contains("*"));
    }

    /** @throws WrongOption naming one that is none of {@code known} */
    public void check(List<String> known) {
        for (List<String> named : List.of(on, off)) {
            for (String name : named) {
                if (!known.contains(name) && !name.equals("*")) {
                    throw new WrongOption("--controllers: \"" + name + "\" is not in the list of known controllers: "
                            + String.join(", ", known));
                }
            }
        }
    }
}
