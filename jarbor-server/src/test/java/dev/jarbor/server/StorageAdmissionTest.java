package dev.jarbor.server;

import static dev.jarbor.server.AdmissionWorld.refusal;
import static dev.jarbor.server.AdmissionWorld.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ObjectValue;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Default classes, protection of what is in use, growing claims, new nodes. */
class StorageAdmissionTest {
    private static final String CLAIMS = "v1/namespaces/shop/persistentvolumeclaims";
    private static final String CLAIM =
            "metadata: {name: %s}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}";
    private static final String DEFAULT = "annotations: {storageclass.kubernetes.io/is-default-class: 'true'}";

    private final AdmissionWorld world = new AdmissionWorld();

    private void storageClass(String name, String more) {
        world.create(
                "storage.k8s.io/v1/storageclasses",
                "metadata: {name: " + name + ", " + DEFAULT + "}\nprovisioner: p\n" + more);
    }

    @Test
    void aClaimThatNamesNoClassGetsTheNewestDefault() {
        storageClass("old", "");
        world.cluster.runtime.advance(Duration.ofSeconds(1));
        storageClass("new", "");

        assertThat(world.create(CLAIMS, CLAIM.formatted("a")).object("spec").string("storageClassName"))
                .isEqualTo("new");
        assertThat(world.create(CLAIMS, CLAIM.formatted("b").replace("spec: {", "spec: {storageClassName: '', "))
                        .object("spec")
                        .string("storageClassName"))
                .isEmpty();
    }

    @Test
    void claimsAndVolumesAreProtected() {
        assertThat(world.create(CLAIMS, CLAIM.formatted("a"))
                        .object("metadata")
                        .list("finalizers")
                        .strings())
                .containsExactly("kubernetes.io/pvc-protection");
        assertThat(world.create(
                                "v1/persistentvolumes",
                                "metadata: {name: v}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce],"
                                        + " hostPath: {path: /v}}")
                        .object("metadata")
                        .list("finalizers")
                        .strings())
                .containsExactly("kubernetes.io/pv-protection");
    }

    @Test
    void aClaimGrowsOnlyWhenBoundAndAllowed() {
        storageClass("fixed", "");
        ObjectValue claim = world.create(CLAIMS, CLAIM.formatted("a"));
        ObjectValue larger = claim.update(
                "spec",
                spec -> spec.with("resources", yaml("requests: {storage: 2Gi}")).with("volumeName", "v"));

        assertThat(refusal(() -> world.update(CLAIMS + "/a", larger)))
                .contains(
                        "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound"
                                + " claims");
        ObjectValue bound = world.update(
                CLAIMS + "/a/status", claim.with("status", yaml("{phase: Bound, capacity: {storage: 1Gi}}")));
        ObjectValue grown = bound.update("spec", spec -> spec.with("resources", yaml("requests: {storage: 2Gi}")));
        assertThat(refusal(() -> world.update(CLAIMS + "/a", grown)))
                .contains("only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc"
                        + " must support resize");
    }

    @Test
    void anIngressThatNamesNoClassGetsTheDefault() {
        world.create(
                "networking.k8s.io/v1/ingressclasses",
                "metadata: {name: usual, annotations: {ingressclass.kubernetes.io/is-default-class: 'true'}}\nspec:"
                        + " {controller: example.com/c}");
        ObjectValue ingress = world.create(
                "networking.k8s.io/v1/namespaces/shop/ingresses",
                "metadata: {name: web}\nspec: {defaultBackend: {service: {name: web, port: {number: 80}}}}");

        assertThat(ingress.object("spec").string("ingressClassName")).isEqualTo("usual");
    }

    @Test
    void aNewNodeTakesNoPodsYet() {
        assertThat(world.create("v1/nodes", "metadata: {name: node}")
                        .object("spec")
                        .list("taints")
                        .objects())
                .containsExactly(yaml("{key: node.kubernetes.io/not-ready, effect: NoSchedule}"));
    }
}
