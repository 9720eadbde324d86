package dev.jarbor.embed;

import dev.jarbor.api.Kind;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** An object that has pods, labelled with its name as their {@code app}, and what people do to it whatever its kind. */
record Workload(Jarbor cluster, Kind<?> kind, String name) {
    /** Its pods shall run another version of their image, after which their container is named. */
    void rollOut(RandomGenerator chance) {
        patch("""
                {"spec":{"template":{"spec":{"containers":[{"name":"%1$s","image":"%1$s:%2$d"}]}}}}
                """.formatted(name, chance.nextInt(1000)));
    }

    void patch(String json) {
        Subject.patch(cluster.api(), kind, name, json);
    }

    /** One of the pods that it has now. */
    Optional<ObjectValue> anyPod(RandomGenerator chance) {
        List<ObjectValue> pods = Moment.of(cluster).pods(name);
        return pods.isEmpty() ? Optional.empty() : Optional.of(pods.get(chance.nextInt(pods.size())));
    }

    /** Somebody deletes one of its pods. */
    void loseAPod(RandomGenerator chance) {
        anyPod(chance).ifPresent(pod -> Subject.delete(cluster.api(), Pod.KIND, pod));
    }

    Optional<ObjectValue> find(Moment now) {
        return now.find(kind.plural() + "." + kind.group(), name);
    }

    /** What it says of itself where it is not {@code settled}. */
    Optional<String> unsettled(Moment now, Predicate<ObjectValue> settled) {
        ObjectValue found = find(now).orElseThrow();
        return settled.test(found)
                ? Optional.empty()
                : Optional.of("the " + kind.name() + " does not settle: " + found.object("status"));
    }
}
