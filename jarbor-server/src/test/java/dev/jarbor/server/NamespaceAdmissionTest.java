package dev.jarbor.server;

import static dev.jarbor.server.AdmissionWorld.code;
import static dev.jarbor.server.AdmissionWorld.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.Cause;
import dev.jarbor.server.admission.AdmissionSettings;
import org.junit.jupiter.api.Test;

/** Objects live in namespaces that are there and stay. */
class NamespaceAdmissionTest {
    private final AdmissionWorld world = new AdmissionWorld();

    @Test
    void nothingIsCreatedInANamespaceThatIsNotThere() {
        assertThat(refusal(() -> world.create("v1/namespaces/nowhere/configmaps", "metadata: {name: a}")))
                .isEqualTo("namespaces \"nowhere\" not found");
        assertThat(code(() -> world.create("v1/namespaces/nowhere/configmaps", "metadata: {name: a}")))
                .isEqualTo(404);
        var exists = new AdmissionWorld(
                AdmissionSettings.DEFAULT.enabling("NamespaceExists").disabling("NamespaceLifecycle"));
        assertThat(refusal(() -> exists.create("v1/namespaces/nowhere/configmaps", "metadata: {name: a}")))
                .isEqualTo("namespaces \"nowhere\" not found");
    }

    @Test
    void nothingNewComesIntoANamespaceThatIsGoing() {
        world.create("v1/namespaces/shop/configmaps", "metadata: {name: old}");
        world.cluster.delete("v1/namespaces/shop", "{}");

        var refused = catchThrowableOfType(
                ApiException.class,
                () -> world.create("v1/namespaces/shop/configmaps", "metadata: {generateName: new-}"));
        assertThat(refused.status().code()).isEqualTo(403);
        assertThat(refused.status().message())
                .isEqualTo(
                        "configmaps \"new-\" is forbidden: unable to create new content in namespace shop because it is"
                                + " being terminated");
        assertThat(refused.status().details().causes())
                .containsExactly(
                        new Cause("NamespaceTerminating", "namespace shop is being terminated", "metadata.namespace"));
        assertThat(refusal(() -> world.update(
                        "v1/namespaces/shop/configmaps/old", world.get("v1/namespaces/shop/configmaps/old"))))
                .isEmpty();
    }

    @Test
    void theNamespacesThatAClusterNeedsStay() {
        for (String name : new String[] {"default", "kube-system", "kube-public"}) {
            assertThat(refusal(() -> world.cluster.delete("v1/namespaces/" + name, "{}")))
                    .isEqualTo("namespaces \"" + name + "\" is forbidden: this namespace may not be deleted");
        }
    }
}
