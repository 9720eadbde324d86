package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.ResourceQuota;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Patch;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A namespace that wants more than its quota: at no write is there more in it, or more used than counted, and in the end its
 * count is exact and it has all that it may.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/policy/resource-quotas/">Resource quotas</a>
 */
final class QuotaSubject implements Subject {
    private static final String NAMESPACE = "tight";
    private static final int PODS = 4;
    private static final int CONFIG_MAPS = 6;

    private final Jarbor cluster;
    private int made;

    QuotaSubject(Jarbor cluster) {
        this.cluster = cluster;
    }

    @Override
    public void begin() {
        cluster.api().create(Namespace.KIND, Namespace.named(NAMESPACE));
        Subject.create(cluster.api(), ResourceQuota.KIND, """
                metadata: {name: tight, namespace: tight}
                spec: {hard: {pods: "%d", count/configmaps: "%d", requests.cpu: 800m}}
                """.formatted(PODS, CONFIG_MAPS));
        for (String name : List.of("one", "two")) {
            Subject.create(cluster.api(), Deployment.KIND, """
                    metadata: {name: %1$s, namespace: tight}
                    spec:
                      replicas: 3
                      selector: {matchLabels: {app: %1$s}}
                      template:
                        metadata: {labels: {app: %1$s}}
                        spec: {containers: [{name: %1$s, image: "%1$s:1", resources: {requests: {cpu: 100m}}}]}
                    """.formatted(name));
        }
    }

    @Override
    public void act(RandomGenerator chance) {
        String name = chance.nextBoolean() ? "one" : "two";
        switch (chance.nextInt(4)) {
            case 0 -> scale(name, chance.nextInt(6));
            case 1 -> cluster.api().create(ConfigMap.KIND, ConfigMap.named(NAMESPACE, "made-" + ++made));
            case 2 ->
                configMaps(Moment.of(cluster)).stream()
                        .skip(chance.nextInt(CONFIG_MAPS))
                        .findFirst()
                        .ifPresent(one -> Subject.delete(cluster.api(), ConfigMap.KIND, one));
            default ->
                cluster.api()
                        .patch(
                                Deployment.KIND,
                                new ObjectKey(NAMESPACE, name),
                                Patch.strategic(Json.object("""
                            {"spec":{"template":{"spec":{"containers":[{"name":"%1$s","image":"%1$s:%2$d"}]}}}}
                            """.formatted(name, chance.nextInt(1000)))));
        }
    }

    private void scale(String name, int replicas) {
        Patch patch = Patch.merge(Json.object("{\"spec\":{\"replicas\":" + replicas + "}}"));
        cluster.api().patch(Deployment.KIND, new ObjectKey(NAMESPACE, name), patch);
    }

    @Override
    public void harm(RandomGenerator chance) {
        pods(Moment.of(cluster)).stream()
                .skip(chance.nextInt(PODS))
                .findFirst()
                .ifPresent(pod -> Subject.delete(cluster.api(), Pod.KIND, pod));
    }

    /** Both want to have all. */
    @Override
    public void settle() {
        scale("one", PODS);
        scale("two", PODS);
    }

    /** Those that count: what should be gone by now does not (the reference's {@code QuotaV1Pod}). */
    private List<ObjectValue> pods(Moment now) {
        return now.in(NAMESPACE, "pods").stream()
                .filter(pod -> !Moment.finished(pod) && !overdue(pod.object("metadata")))
                .toList();
    }

    private boolean overdue(ObjectValue metadata) {
        return metadata.has("deletionTimestamp")
                && cluster.time()
                        .now()
                        .isAfter(Instant.parse(metadata.string("deletionTimestamp"))
                                .plusSeconds(metadata.integer("deletionGracePeriodSeconds")));
    }

    private static List<ObjectValue> configMaps(Moment now) {
        return List.copyOf(now.in(NAMESPACE, "configmaps"));
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        if (before.same(now, "pods", "configmaps", "resourcequotas")) {
            return;
        }
        int pods = pods(now).size();
        int configMaps = configMaps(now).size();
        findings.require(pods <= PODS, "a quota of " + PODS + " pods is exceeded: " + pods);
        findings.require(
                configMaps <= CONFIG_MAPS, "a quota of " + CONFIG_MAPS + " ConfigMaps is exceeded: " + configMaps);
        ObjectValue used = used(now);
        findings.require(
                used.isEmpty() || (count(used, "pods") >= pods && count(used, "count/configmaps") >= configMaps),
                "a quota counts " + used + " of " + pods + " pods and " + configMaps + " ConfigMaps");
    }

    private static ObjectValue used(Moment now) {
        return now.in(NAMESPACE, "resourcequotas").stream()
                .map(quota -> quota.object("status").object("used"))
                .findFirst()
                .orElse(ObjectValue.EMPTY);
    }

    private static int count(ObjectValue used, String resource) {
        return Integer.parseInt(used.string(resource));
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        ObjectValue used = used(now);
        boolean exact = pods(now).size() == PODS
                && count(used, "pods") == PODS
                && count(used, "count/configmaps") == configMaps(now).size()
                && used.string("requests.cpu").equals(PODS * 100 + "m");
        return exact
                ? Optional.empty()
                : Optional.of(
                        "a quota does not settle: " + used + " of " + pods(now).size());
    }
}
