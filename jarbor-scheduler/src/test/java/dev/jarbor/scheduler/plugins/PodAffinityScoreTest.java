package dev.jarbor.scheduler.plugins;

import static dev.jarbor.scheduler.Samples.labeled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Affinity;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.scheduler.Samples;
import dev.jarbor.scheduler.cluster.ClusterState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Kubernetes docs, "Inter-pod affinity and anti-affinity". Three nodes, of which the first two are one zone. */
class PodAffinityScoreTest {
    private final ClusterState cluster = ClusterState.of(
            List.of(
                    labeled(Samples.node("n1", "4", "4Gi"), "zone", "a"),
                    labeled(Samples.node("n2", "4", "4Gi"), "zone", "a"),
                    labeled(Samples.node("n3", "4", "4Gi"), "zone", "b")),
            List.of(),
            List.of());

    private static Pod pod(String name) {
        return labeled(Samples.pod(name, "100m"), "app", name);
    }

    private static Pod with(Pod pod, String affinity) {
        return pod.withSpec(pod.spec().withAffinity(new Affinity(Json.object(affinity))));
    }

    private static String term(String app, String key) {
        return "{\"topologyKey\":\"%s\",\"labelSelector\":{\"matchLabels\":{\"app\":\"%s\"}}}".formatted(key, app);
    }

    private static String preferred(int weight, String app, String key) {
        return "{\"preferredDuringSchedulingIgnoredDuringExecution\":[{\"weight\":%d,\"podAffinityTerm\":%s}]}"
                .formatted(weight, term(app, key));
    }

    private long[] scores(Pod pod) {
        return PodAffinityScore.of(pod, cluster).orElseThrow().of(List.copyOf(cluster.nodes()));
    }

    @Test
    void whatAPodPrefersCountsForEachPodInAllOfTheDomain() {
        cluster.place(pod("db"), "n1");
        cluster.place(pod("cache"), "n1");
        Pod web = with(
                pod("web"),
                "{\"podAffinity\":%s,\"podAntiAffinity\":%s}"
                        .formatted(preferred(10, "db", "zone"), preferred(4, "cache", "kubernetes.io/hostname")));
        // 10 - 4, 10, and 0.
        assertThat(scores(web)).containsExactly(60, 100, 0);
    }

    @Test
    void whatOthersPreferOfThePodCountsAsMuchAndWhatTheyNeedCountsOne() {
        cluster.place(
                with(
                        pod("needy"),
                        "{\"podAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":[%s]}}"
                                .formatted(term("web", "kubernetes.io/hostname"))),
                "n1");
        cluster.place(
                with(pod("shy"), "{\"podAntiAffinity\":%s}".formatted(preferred(3, "web", "kubernetes.io/hostname"))),
                "n2");
        // 1, -3, and 0.
        assertThat(scores(pod("web"))).containsExactly(100, 0, 75);
    }

    @Test
    void podsThatAreGoneOrElsewhereNowSayNothingHere() {
        String affinity = "{\"podAffinity\":%s}".formatted(preferred(3, "web", "kubernetes.io/hostname"));
        Pod first = with(pod("friend"), affinity);
        Pod second = with(labeled(Samples.pod("other", "100m"), "app", "friend"), affinity);
        cluster.place(first, "n1");
        cluster.place(second, "n1");
        cluster.place(second, "n1");
        cluster.place(second, "n3");
        assertThat(scores(pod("web"))).containsExactly(100, 0, 100);
        cluster.remove(first.key());
        assertThat(scores(pod("web"))).containsExactly(0, 0, 100);
        cluster.remove(second.key());
        assertThat(PodAffinityScore.of(pod("web"), cluster)).isEmpty();
    }

    @Test
    void whereNobodyPrefersAnythingNothingIsSaid() {
        cluster.place(pod("db"), "n1");
        Pod lonely = with(
                pod("web"),
                "{\"podAntiAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":[%s]}}"
                        .formatted(term("db", "zone")));
        assertThat(PodAffinityScore.of(lonely, cluster)).isEmpty();
        cluster.place(lonely, "n3");
        assertThat(PodAffinityScore.of(pod("db"), cluster)).isEmpty();
    }
}
