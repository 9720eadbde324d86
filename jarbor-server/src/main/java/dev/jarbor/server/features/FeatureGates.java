package dev.jarbor.server.features;

import dev.jarbor.api.codec.GoText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which features are on. The gates of Kubernetes 1.36 are known by name, stage and default; what is asked of one that this
 * server cannot change is refused rather than believed.
 *
 * @see <a href="https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/">Feature Gates</a>
 */
public final class FeatureGates {
    private static final Map<String, Gate> KNOWN = known();

    /** Every gate as it is by default. */
    public static final FeatureGates DEFAULT = new FeatureGates(Arrays.stream(Feature.values())
            .filter(feature ->
                    Optional.ofNullable(KNOWN.get(feature.gate())).orElseThrow().on())
            .toList());

    private final Set<Feature> enabled;

    /**
     * One of the reference's gates.
     *
     * @param stage ALPHA, BETA, GA or DEPRECATED
     * @param on by default
     * @param locked whether the reference refuses to change it
     */
    public record Gate(String name, String stage, boolean on, boolean locked) {}

    private FeatureGates(List<Feature> enabled) {
        var set = EnumSet.noneOf(Feature.class);
        set.addAll(enabled);
        this.enabled = Collections.unmodifiableSet(set);
    }

    private static Map<String, Gate> known() {
        var gates = new TreeMap<String, Gate>();
        try (InputStream table = FeatureGates.class.getResourceAsStream("feature-gates.tsv")) {
            if (table == null) {
                throw new IllegalStateException("the table of feature gates is missing from the program");
            }
            new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .forEach(line -> {
                        String[] cells = line.split("\t", -1);
                        gates.put(
                                cells[0],
                                new Gate(
                                        cells[0],
                                        cells[1],
                                        Boolean.parseBoolean(cells[2]),
                                        Boolean.parseBoolean(cells[3])));
                    });
        } catch (IOException broken) {
            throw new UncheckedIOException("cannot read the table of feature gates", broken);
        }
        return Collections.unmodifiableMap(gates);
    }

    /** All gates that have a name, in order. */
    public static List<Gate> all() {
        return List.copyOf(KNOWN.values());
    }

    /**
     * Reads {@code Name=true|false}, where the name may be preceded by {@code kube:}; of two pairs for one gate the last
     * counts.
     *
     * @throws IllegalArgumentException naming the gate that there is not, that is locked, or that cannot be changed here
     */
    public static FeatureGates parse(List<String> pairs) {
        var enabled = EnumSet.noneOf(Feature.class);
        enabled.addAll(DEFAULT.enabled);
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("missing bool value for " + pair);
            }
            String name = pair.substring(0, equals).replaceFirst("^kube:", "").strip();
            boolean value = truth(name, pair.substring(equals + 1).strip());
            feature(name, value).ifPresent(feature -> {
                if (value) {
                    enabled.add(feature);
                } else {
                    enabled.remove(feature);
                }
            });
        }
        return new FeatureGates(List.copyOf(enabled));
    }

    private static boolean truth(String name, String text) {
        return switch (text) {
            case "1", "t", "T", "TRUE", "true", "True" -> true;
            case "0", "f", "F", "FALSE", "false", "False" -> false;
            default ->
                throw new IllegalArgumentException("invalid value of " + name + "=" + text
                        + ", err: strconv.ParseBool: parsing " + GoText.quote(text) + ": invalid syntax");
        };
    }

    /** The feature that {@code name} switches; empty where the gate stays as it is. */
    private static Optional<Feature> feature(String name, boolean value) {
        if (name.equals("AllAlpha") && !value) {
            return Optional.empty();
        }
        if (name.equals("AllAlpha") || name.equals("AllBeta")) {
            throw new IllegalArgumentException(
                    name + " cannot be set to " + value + " here: name the gates one by one");
        }
        Gate gate = KNOWN.get(name);
        if (gate == null) {
            throw new IllegalArgumentException("unrecognized feature gate: " + name);
        }
        Optional<Feature> feature = Arrays.stream(Feature.values())
                .filter(each -> each.gate().equals(name))
                .findFirst();
        if (feature.isPresent() || value == gate.on()) {
            return feature;
        }
        if (gate.locked()) {
            throw new IllegalArgumentException(
                    "cannot set feature gate " + name + " to " + value + ", feature is locked to " + gate.on());
        }
        throw new IllegalArgumentException("feature gate " + name + " cannot be changed here: it stays " + gate.on());
    }

    public boolean enabled(Feature feature) {
        return enabled.contains(feature);
    }

    /** These with {@code feature} off. */
    public FeatureGates without(Feature feature) {
        return new FeatureGates(enabled.stream().filter(each -> each != feature).toList());
    }
}
