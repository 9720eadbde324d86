package dev.jarbor.cluster.options;

import dev.jarbor.api.time.GoDuration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was given for each option, and from where. What is read here is checked for its kind; what options mean together is
 * checked where they are used.
 */
public final class OptionValues {
    /** A file that anybody would write is smaller. */
    private static final long MOST_BYTES = 16 << 20;

    private final SortedMap<String, Given> given;

    /**
     * @param values in the order given
     * @param folder what relative paths start from
     * @param where how messages name it
     */
    private record Given(List<String> values, Path folder, String where) {}

    private OptionValues(SortedMap<String, Given> given) {
        this.given = given;
    }

    /** What stands on a command line: values by name, without dashes. */
    public static OptionValues ofFlags(Map<String, List<String>> flags) {
        var given = new TreeMap<String, Given>();
        Path here = Path.of("");
        flags.forEach((name, values) -> given.put(name, new Given(List.copyOf(values), here, "--" + name)));
        return new OptionValues(given);
    }

    static OptionValues ofFile(Map<String, List<String>> fields, Path file) {
        var given = new TreeMap<String, Given>();
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
        fields.forEach((name, values) -> given.put(name, new Given(List.copyOf(values), folder, name + " in " + file)));
        return new OptionValues(given);
    }

    /** These, and of {@code others} what is not among them. */
    public OptionValues or(OptionValues others) {
        var both = new TreeMap<>(others.given);
        both.putAll(given);
        return new OptionValues(both);
    }

    /** How messages name the option: as it was given. */
    String where(String name) {
        Given found = given.get(name);
        return found == null ? "--" + name : found.where();
    }

    boolean has(String name) {
        return given.containsKey(name);
    }

    Optional<String> text(String name) {
        Given found = given.get(name);
        if (found == null) {
            return Optional.empty();
        }
        if (found.values().size() != 1) {
            throw new WrongOption(found.where() + " is given " + found.values().size() + " times: give it once");
        }
        return Optional.of(found.values().getFirst());
    }

    boolean flag(String name, boolean fallback) {
        return text(name)
                .map(text -> switch (text) {
                    case "true", "" -> true;
                    case "false" -> false;
                    default -> throw new WrongOption(where(name) + ": " + text + " is neither true nor false");
                })
                .orElse(fallback);
    }

    int number(String name, int low, int high, int fallback) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            int number = Integer.parseInt(text.get());
            if (number >= low && number <= high) {
                return number;
            }
        } catch (NumberFormatException none) {
            // said below
        }
        throw new WrongOption(where(name) + ": " + text.get() + " is no number between " + low + " and " + high);
    }

    Duration duration(String name, Duration fallback) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            Duration duration = GoDuration.parse(text.get());
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (IllegalArgumentException none) {
            // said below
        }
        throw new WrongOption(where(name) + ": " + text.get() + " is no length of time; write one like 90s or 1h30m");
    }

    List<String> list(String name, List<String> fallback) {
        Given found = given.get(name);
        if (found == null) {
            return fallback;
        }
        var all = new ArrayList<String>();
        for (String value : found.values()) {
            Arrays.stream(value.split(",", -1))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .forEach(all::add);
        }
        return Collections.unmodifiableList(all);
    }

    /** The path that was given. */
    Optional<Path> path(String name) {
        return text(name).map(text -> resolved(name, text));
    }

    private Path resolved(String name, String text) {
        Given found = given.get(name);
        return found == null ? Path.of(text) : found.folder().resolve(text);
    }

    /** The text of the file that was given. */
    Optional<String> content(String name) {
        return path(name).map(path -> content(name, path));
    }

    /** The texts of the files that were given. */
    List<String> contents(String name) {
        return list(name, List.of()).stream()
                .map(text -> content(name, resolved(name, text)))
                .toList();
    }

    private String content(String name, Path path) {
        try {
            if (Files.size(path) > MOST_BYTES) {
                throw new WrongOption(where(name) + ": " + path + " has more than " + MOST_BYTES + " bytes");
            }
            return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
        } catch (NoSuchFileException missing) {
            throw new WrongOption(where(name) + ": there is no file " + path, missing);
        } catch (IOException unreadable) {
            throw new WrongOption(
                    where(name) + ": cannot read " + path + " ("
                            + unreadable.getClass().getSimpleName() + ")",
                    unreadable);
        }
    }

    /** Refuses one option without another that it needs. */
    void requireBoth(String one, String other) {
        if (has(one) && !has(other)) {
            throw new WrongOption(where(one) + " needs --" + other + " too");
        }
        if (has(other) && !has(one)) {
            throw new WrongOption(where(other) + " needs --" + one + " too");
        }
    }

    void requireFor(String one, String needed) {
        if (has(one) && !has(needed)) {
            throw new WrongOption(where(one) + " means nothing without --" + needed);
        }
    }

    /** Refuses two options that say different things about the same. */
    void refuseBoth(String one, String other) {
        if (has(one) && has(other)) {
            throw new WrongOption(where(one) + " and " + where(other) + " contradict each other: give one of them");
        }
    }
}
