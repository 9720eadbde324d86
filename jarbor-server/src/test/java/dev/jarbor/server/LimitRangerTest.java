package dev.jarbor.server;

import static dev.jarbor.server.AdmissionWorld.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.testing.Conformance;
import org.junit.jupiter.api.Test;

/** What a LimitRange fills in, and what it refuses. */
class LimitRangerTest {
    private static final String RANGES = "v1/namespaces/shop/limitranges";
    private static final String CLAIMS = "v1/namespaces/shop/persistentvolumeclaims";

    private final AdmissionWorld world = new AdmissionWorld();

    private static ObjectValue resources(ObjectValue pod) {
        return pod.object("spec").list("containers").objects().getFirst().object("resources");
    }

    private String refused(String resources) {
        return refusal(() -> world.create(
                AdmissionWorld.PODS,
                "metadata: {name: web}\nspec: {containers: [{name: c1, image: nginx, resources: " + resources + "}]}"));
    }

    @Test
    @Conformance("SCH-01")
    void aContainerThatSaysNothingGetsTheDefaultsAndOneThatSaysSomethingKeepsIt() {
        world.create(RANGES, """
                metadata: {name: limit-range}
                spec:
                  limits:
                  - type: Container
                    min: {cpu: 50m, memory: 100Mi, ephemeral-storage: 100Gi}
                    max: {cpu: 500m, memory: 500Mi, ephemeral-storage: 500Gi}
                    default: {cpu: 500m, memory: 500Mi, ephemeral-storage: 500Gi}
                    defaultRequest: {cpu: 100m, memory: 200Mi, ephemeral-storage: 200Gi}
                """);

        ObjectValue pod = world.pod("plain", "");
        assertThat(resources(pod)).isEqualTo(AdmissionWorld.yaml("""
                        limits: {cpu: 500m, ephemeral-storage: 500Gi, memory: 500Mi}
                        requests: {cpu: 100m, ephemeral-storage: 200Gi, memory: 200Mi}
                        """));
        assertThat(pod.object("metadata").object("annotations").string("kubernetes.io/limit-ranger"))
                .isEqualTo("LimitRanger plugin set: cpu, ephemeral-storage, memory request for container c1; cpu,"
                        + " ephemeral-storage, memory limit for container c1");

        ObjectValue partial = world.create(AdmissionWorld.PODS, """
                metadata: {name: partial}
                spec:
                  containers:
                  - name: c1
                    image: nginx
                    resources: {requests: {cpu: 300m}, limits: {memory: 300Mi}}
                """);
        assertThat(resources(partial).object("requests").string("cpu")).isEqualTo("300m");
        assertThat(resources(partial).object("limits").string("memory")).isEqualTo("300Mi");
        assertThat(resources(partial).object("limits").string("cpu")).isEqualTo("500m");

        assertThat(refused("{requests: {cpu: 10m, memory: 200Mi, ephemeral-storage: 200Gi}}"))
                .isEqualTo("pods \"web\" is forbidden: minimum cpu usage per Container is 50m, but request is 10m");
        assertThat(refused("{limits: {cpu: 600m, memory: 600Mi}}"))
                .isEqualTo("pods \"web\" is forbidden: [maximum cpu usage per Container is 500m, but limit is 600m,"
                        + " maximum memory usage per Container is 500Mi, but limit is 600Mi]");
    }

    @Test
    void aRatioOfLimitToRequestIsBounded() {
        world.create(
                RANGES, "metadata: {name: ratio}\nspec: {limits: [{type: Container, maxLimitRequestRatio: {cpu: 2}}]}");

        assertThat(refused("{requests: {cpu: 100m}, limits: {cpu: 300m}}"))
                .isEqualTo("pods \"web\" is forbidden: cpu max limit to request ratio per Container is 2, but provided"
                        + " ratio is 3.000000");
        assertThat(refused("{requests: {memory: 1Mi}}"))
                .isEqualTo(
                        "pods \"web\" is forbidden: cpu max limit to request ratio per Container is 2, but no request"
                                + " is specified or request is 0");
        assertThat(refused("{requests: {cpu: 100m}, limits: {cpu: 200m}}")).isEmpty();
    }

    @Test
    void aPodIsBoundedAsAWholeWithItsInitContainers() {
        world.create(RANGES, "metadata: {name: pods}\nspec: {limits: [{type: Pod, max: {memory: 300Mi}}]}");
        String web = """
                metadata: {name: web}
                spec:
                  initContainers:
                  - {name: i1, image: nginx, resources: {limits: {memory: %s}}}
                  containers:
                  - {name: c1, image: nginx, resources: {limits: {memory: 100Mi}}}
                  - {name: c2, image: nginx, resources: {limits: {memory: 200Mi}}}
                """;

        assertThat(refusal(() -> world.create(AdmissionWorld.PODS, web.formatted("400Mi"))))
                .isEqualTo("pods \"web\" is forbidden: maximum memory usage per Pod is 300Mi, but limit is 400Mi");
        assertThat(refusal(() -> world.create(AdmissionWorld.PODS, web.formatted("300Mi"))))
                .isEmpty();
    }

    @Test
    void aClaimAsksForNoMoreAndNoLessThanItMay() {
        world.create(
                RANGES,
                "metadata: {name: claims}\nspec: {limits: [{type: PersistentVolumeClaim, min: {storage: 1Gi}, max:"
                        + " {storage: 2Gi}}]}");
        String claim = "metadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage:"
                + " %s}}}";

        assertThat(refusal(() -> world.create(CLAIMS, claim.formatted("512Mi"))))
                .isEqualTo(
                        "persistentvolumeclaims \"data\" is forbidden: minimum storage usage per PersistentVolumeClaim"
                                + " is 1Gi, but request is 512Mi");
        assertThat(refusal(() -> world.create(CLAIMS, claim.formatted("3Gi"))))
                .isEqualTo(
                        "persistentvolumeclaims \"data\" is forbidden: maximum storage usage per PersistentVolumeClaim"
                                + " is 2Gi, but request is 3Gi");
        assertThat(refusal(() -> world.create(CLAIMS, claim.formatted("1Gi")))).isEmpty();
    }

    @Test
    void anUpdateOfAPodIsNotBounded() {
        ObjectValue pod = world.pod("web", "");
        world.create(RANGES, "metadata: {name: late}\nspec: {limits: [{type: Container, min: {cpu: 1}}]}");

        ObjectValue labelled =
                pod.update("metadata", metadata -> metadata.with("labels", ObjectValue.EMPTY.with("a", "b")));
        assertThat(refusal(() -> world.update(AdmissionWorld.PODS + "/web", labelled)))
                .isEmpty();
    }

    @Test
    @Conformance("SCH-02")
    void limitRangesAreListedPatchedAndDeletedByCollection() {
        String range =
                "metadata: {name: %s, labels: {e2e: yes-please}}\nspec: {limits: [{type: Container, default: {cpu:"
                        + " 500m}, defaultRequest: {cpu: 50m}}]}";
        world.create(RANGES, range.formatted("one"));
        world.create("v1/namespaces", "metadata: {name: other}");
        world.create("v1/namespaces/other/limitranges", range.formatted("one"));

        Query labelled = Query.NONE.with("labelSelector", "e2e=yes-please");
        assertThat(world.cluster.list("v1/limitranges", labelled).list("items").size())
                .isEqualTo(2);
        ObjectValue patched = world.cluster.patch(
                PatchType.STRATEGIC_MERGE,
                RANGES + "/one",
                "{\"metadata\":{\"labels\":{\"one\":\"patched\"}},\"spec\":{\"limits\":[{\"type\":\"Container\","
                        + "\"defaultRequest\":{\"cpu\":\"100m\"}}]}}");
        assertThat(patched.object("metadata").object("labels").string("one")).isEqualTo("patched");
        world.cluster.handle(Verb.DELETECOLLECTION, RANGES, labelled, ObjectValue.EMPTY);
        assertThat(world.cluster.list(RANGES, Query.NONE).list("items").isEmpty())
                .isTrue();
        assertThat(world.cluster.list("v1/limitranges", labelled).list("items").size())
                .isEqualTo(1);
    }
}
