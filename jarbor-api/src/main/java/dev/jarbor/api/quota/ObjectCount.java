package dev.jarbor.api.quota;

import dev.jarbor.api.value.ObjectValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Counts objects, whatever is in them.
 *
 * @param names under which they are counted: {@code count/configmaps}, and {@code configmaps} for the oldest kinds
 */
record ObjectCount(List<String> names) implements Evaluator {
    /** Kinds that were counted before there was a rule for names. */
    private static final Set<String> OLDEST =
            Set.of("configmaps", "resourcequotas", "replicationcontrollers", "secrets");

    ObjectCount {
        names = List.copyOf(names);
    }

    /** @param resource such as {@code configmaps} or {@code deployments.apps} */
    static ObjectCount of(String resource) {
        var names = new ArrayList<String>();
        names.add("count/" + resource);
        if (OLDEST.contains(resource)) {
            names.add(resource);
        }
        return new ObjectCount(names);
    }

    static boolean isOldest(String name) {
        return OLDEST.contains(name);
    }

    @Override
    public List<String> tracked(Collection<String> hard) {
        return hard.stream().filter(names::contains).toList();
    }

    @Override
    public Usage usage(ObjectValue object, Instant now) {
        Usage usage = Usage.NONE;
        for (String name : names) {
            usage = usage.plus(Usage.of(name, 1));
        }
        return usage;
    }
}
