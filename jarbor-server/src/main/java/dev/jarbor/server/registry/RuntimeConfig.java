package dev.jarbor.server.registry;

import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which versions of the built-in API are served. By default those that are stable; a version of one resource counts more
 * than the version of its group, and that more than a whole stage.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/administer-cluster/enable-disable-api/">Enable Or Disable A Kubernetes
 *     API</a>
 */
public final class RuntimeConfig {
    private static final Pattern GA = Pattern.compile("v\\d+");
    private static final Pattern BETA = Pattern.compile("v\\d+beta\\d+");
    private static final Pattern ALPHA = Pattern.compile("v\\d+alpha\\d+");
    /** In the order in which they are heard: the last counts. */
    private static final Map<String, Predicate<String>> STAGES = stages();

    /** What is stable. */
    public static final RuntimeConfig DEFAULT = new RuntimeConfig(new TreeMap<>());

    /** Every version that there is. */
    public static final RuntimeConfig EVERYTHING = new RuntimeConfig(Map.of("api/all", true));

    private final Map<String, Boolean> said;

    private RuntimeConfig(Map<String, Boolean> said) {
        this.said = Collections.unmodifiableMap(new TreeMap<>(said));
    }

    private static Map<String, Predicate<String>> stages() {
        var stages = new LinkedHashMap<String, Predicate<String>>();
        stages.put("api/all", version -> true);
        stages.put("api/ga", GA.asMatchPredicate());
        stages.put("api/beta", BETA.asMatchPredicate());
        stages.put("api/alpha", ALPHA.asMatchPredicate());
        return stages;
    }

    /**
     * Reads {@code api/all=true}, {@code batch/v1=false}, {@code apps/v1/deployments=false}; the core group is written as
     * nothing, {@code /v1/nodes=false}. Without a value a key means true; of two pairs for one key the last counts.
     *
     * @throws IllegalArgumentException naming what there is not, or what the server cannot do without
     */
    public static RuntimeConfig parse(List<String> pairs) {
        var said = new TreeMap<String, Boolean>();
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            said.put(key, truth(key, equals < 0 ? "" : pair.substring(equals + 1)));
        }
        if (said.size() == 1 && said.containsValue(false) && said.containsKey("api/all")) {
            throw new IllegalArgumentException("invalid key with only api/all=false");
        }
        requireKnown(said.keySet());
        var config = new RuntimeConfig(said);
        for (ResourceDefinition resource : Schemas.builtIn().resources()) {
            if (resource.group().isEmpty() && resource.isStored() && !config.serves(resource)) {
                throw new IllegalArgumentException("/v1/" + resource.plural()
                        + " cannot be switched off: the server itself and all controllers need the core group");
            }
        }
        return config;
    }

    /** The same, and {@code version}, such as {@code apps/v1}, unless this says something of it. */
    public RuntimeConfig offering(String version) {
        var more = new TreeMap<>(said);
        more.putIfAbsent(version, true);
        return new RuntimeConfig(more);
    }

    private static boolean truth(String key, String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            case "" -> {
                if (STAGES.containsKey(key)) {
                    throw new IllegalArgumentException("invalid value " + key + "=");
                }
                yield true;
            }
            default ->
                throw new IllegalArgumentException("invalid value " + key + "=" + text + ": neither true nor false");
        };
    }

    private static void requireKnown(Iterable<String> keys) {
        List<ResourceDefinition> known = Schemas.builtIn().resources();
        SortedSet<String> unknown = new TreeSet<>();
        for (String key : keys) {
            if (STAGES.containsKey(key)) {
                continue;
            }
            String[] parts = key.split("/", -1);
            if (parts.length != 2 && parts.length != 3) {
                throw new IllegalArgumentException("runtime-config invalid key " + key);
            }
            if (known.stream().noneMatch(resource -> resource.group().equals(parts[0]))) {
                unknown.add(parts[0]);
            } else if (known.stream().noneMatch(resource -> version(resource).equals(parts[0] + "/" + parts[1]))) {
                throw new IllegalArgumentException(
                        "group version " + parts[0] + "/" + parts[1] + " that has not been registered");
            } else if (parts.length == 3
                    && known.stream().noneMatch(resource -> name(resource).equals(key))) {
                throw new IllegalArgumentException(
                        "there is no resource " + parts[2] + " in " + parts[0] + "/" + parts[1]);
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown api groups " + String.join(",", unknown));
        }
    }

    private static String version(ResourceDefinition resource) {
        return resource.group() + "/" + resource.version();
    }

    private static String name(ResourceDefinition resource) {
        return version(resource) + "/" + resource.plural();
    }

    /** Whether the resource is served in that version. */
    public boolean serves(ResourceDefinition resource) {
        boolean served = GA.matcher(resource.version()).matches();
        for (Map.Entry<String, Predicate<String>> stage : STAGES.entrySet()) {
            if (stage.getValue().test(resource.version())) {
                served = said.getOrDefault(stage.getKey(), served);
            }
        }
        return said.getOrDefault(name(resource), said.getOrDefault(version(resource), served));
    }

    /** Those of {@code resources} that are served. */
    public List<ResourceDefinition> served(List<ResourceDefinition> resources) {
        var served = new ArrayList<ResourceDefinition>();
        resources.stream().filter(this::serves).forEach(served::add);
        return List.copyOf(served);
    }
}
