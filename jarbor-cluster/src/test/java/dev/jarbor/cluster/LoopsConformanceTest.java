package dev.jarbor.cluster;

import static dev.jarbor.cluster.SimulatedControlPlane.path;
import static dev.jarbor.cluster.SimulatedControlPlane.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.User;
import dev.jarbor.testing.Conformance;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Conformance tests of volumes and endpoints that need the loops and no node. */
class LoopsConformanceTest {
    private final SimulatedControlPlane cluster = new SimulatedControlPlane();

    private ObjectValue patch(String at, String yaml) {
        var request = new ApiRequest(Verb.PATCH, path(at), Query.NONE, yaml(yaml), PatchType.MERGE);
        return cluster.server.handle(User.ADMIN, request).body();
    }

    private List<ObjectValue> list(String at) {
        return cluster.call(Verb.LIST, path(at), Value.of("")).list("items").objects();
    }

    private static String phase(ObjectValue object) {
        return object.object("status").string("phase");
    }

    private static String volume(String name) {
        return """
                metadata: {name: %s, labels: {e2e: pv}}
                spec:
                  storageClassName: manual
                  capacity: {storage: 2Gi}
                  accessModes: [ReadWriteOnce]
                  persistentVolumeReclaimPolicy: Retain
                  hostPath: {path: /tmp/data}
                """.formatted(name);
    }

    private static String claim(String name) {
        return """
                metadata: {name: %s, labels: {e2e: pvc}}
                spec: {storageClassName: manual, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """.formatted(name);
    }

    @Test
    @Conformance("STO-45")
    void aVolumeAndItsClaimRunThroughTheirLife() {
        cluster.create("core/persistentvolumes", volume("pv"));
        ObjectValue made = cluster.create("core/persistentvolumeclaims", claim("pvc"));
        assertThat(phase(made)).isEqualTo("Pending");
        cluster.settle();
        assertThat(list("core/persistentvolumes"))
                .singleElement()
                .satisfies(one -> assertThat(phase(one)).isEqualTo("Bound"));
        assertThat(list("core/persistentvolumeclaims"))
                .singleElement()
                .satisfies(one -> assertThat(phase(one)).isEqualTo("Bound"));

        patch("core/persistentvolumes/pv", "metadata: {labels: {pv: patched}}");
        patch("core/persistentvolumeclaims/pvc", "metadata: {labels: {pvc: patched}}");
        ObjectValue volume = cluster.get("core/persistentvolumes/pv");
        assertThat(volume.object("metadata").object("labels").string("pv")).isEqualTo("patched");
        assertThat(volume.object("spec").object("claimRef").string("uid"))
                .isEqualTo(made.object("metadata").string("uid"));
        assertThat(volume.object("status").has("lastPhaseTransitionTime")).isTrue();

        cluster.delete("core/persistentvolumeclaims/pvc");
        assertThatThrownBy(() -> cluster.get("core/persistentvolumeclaims/pvc")).hasMessageContaining("not found");
        assertThat(phase(cluster.get("core/persistentvolumes/pv"))).isEqualTo("Released");
        cluster.delete("core/persistentvolumes/pv");
        assertThatThrownBy(() -> cluster.get("core/persistentvolumes/pv")).hasMessageContaining("not found");

        cluster.create("core/persistentvolumes", volume("second"));
        cluster.create("core/persistentvolumeclaims", claim("second"));
        cluster.settle();
        ObjectValue second = cluster.get("core/persistentvolumes/second");
        assertThat(phase(second)).isEqualTo("Bound");
        cluster.update(
                "core/persistentvolumes/second",
                second.update("metadata", metadata -> metadata.with("labels", yaml("second: updated"))));
        assertThat(cluster.get("core/persistentvolumes/second")
                        .object("metadata")
                        .object("labels")
                        .string("second"))
                .isEqualTo("updated");
        cluster.call(Verb.DELETECOLLECTION, path("core/persistentvolumeclaims"), yaml("{}"));
        cluster.settle();
        cluster.call(Verb.DELETECOLLECTION, path("core/persistentvolumes"), yaml("{}"));
        cluster.settle();
        assertThat(list("core/persistentvolumes")).isEmpty();
    }

    @Test
    @Conformance("NET-28")
    void aRangeOfServicesRunsThroughItsLife() {
        String ranges = "networking.k8s.io/servicecidrs";
        cluster.create(ranges, "{metadata: {name: more, labels: {e2e: cidr}}, spec: {cidrs: [10.97.0.0/24]}}");
        cluster.settle();
        assertThat(list(ranges))
                .extracting(range -> range.object("metadata").string("name"))
                .contains("more");
        ObjectValue ready = cluster.get(ranges + "/more");
        assertThat(ready.object("status").list("conditions").objects())
                .singleElement()
                .satisfies(condition -> assertThat(condition.string("type") + "=" + condition.string("status"))
                        .isEqualTo("Ready=True"));

        ObjectValue patched = patch(ranges + "/more", "metadata: {annotations: {patched: 'yes'}}");
        assertThat(patched.object("metadata").object("annotations").string("patched"))
                .isEqualTo("yes");
        ObjectValue updated = cluster.update(
                ranges + "/more",
                patched.update(
                        "metadata", metadata -> metadata.update("annotations", notes -> notes.with("updated", "yes"))));
        assertThat(updated.object("metadata").object("annotations").string("updated"))
                .isEqualTo("yes");
        assertThatThrownBy(() -> patch(ranges + "/more", "spec: {cidrs: [10.98.0.0/24]}"))
                .hasMessageContaining("spec.cidrs");
        ObjectValue status = patch(ranges + "/more/status", "metadata: {annotations: {status: patched}}\nstatus: {}");
        assertThat(status.object("metadata").string("name")).isEqualTo("more");

        cluster.delete(ranges + "/more");
        cluster.runtime.advance(Duration.ofSeconds(10)); // who was given an address meanwhile has been heard of by then
        assertThatThrownBy(() -> cluster.get(ranges + "/more")).hasMessageContaining("not found");
    }

    @Test
    @Conformance("NET-15")
    void endpointsWrittenByHandAreMirroredThroughTheirLife() {
        cluster.create("core/services", "metadata: {name: example}\nspec: {ports: [{port: 80, protocol: TCP}]}");
        ObjectValue made = cluster.create(
                "core/endpoints",
                "metadata: {name: example}\nsubsets: [{ports: [{port: 80}], addresses: [{ip: 10.1.2.3}]}]");
        cluster.settle();
        assertThat(mirrored()).containsExactly("10.1.2.3");
        ObjectValue other = yaml("subsets: [{ports: [{port: 80}], addresses: [{ip: 10.2.3.4}]}]");
        cluster.update("core/endpoints/example", made.with("subsets", other.list("subsets")));
        cluster.settle();
        assertThat(mirrored()).containsExactly("10.2.3.4");
        cluster.delete("core/endpoints/example");
        assertThat(mirrored()).isEmpty();
    }

    private List<String> mirrored() {
        return list("discovery.k8s.io/endpointslices").stream()
                .filter(slice -> slice.object("metadata")
                        .object("labels")
                        .string("endpointslice.kubernetes.io/managed-by")
                        .equals("endpointslicemirroring-controller.k8s.io"))
                .flatMap(slice -> slice.list("endpoints").objects().stream())
                .flatMap(endpoint -> endpoint.list("addresses").strings().stream())
                .toList();
    }
}
