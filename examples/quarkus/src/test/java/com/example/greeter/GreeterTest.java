package com.example.greeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jarbor.embed.Jarbor;
import dev.jarbor.junit.QuarkusCluster;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The application as it is, in a cluster of this JVM. */
@QuarkusTest
@WithTestResource(value = QuarkusCluster.class, initArgs = @ResourceArg(name = "nodes", value = "1"))
class GreeterTest {
    Jarbor cluster;

    @Inject
    KubernetesClient client;

    private void await(BooleanSupplier condition) {
        assertTrue(cluster.time().until(condition, Duration.ofHours(1)), "within an hour");
    }

    private void create(String name, String greeting) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("greeting", greeting)
                        .endMetadata()
                        .build())
                .create();
    }

    private ConfigMap greeting(String namespace) {
        return client.configMaps().inNamespace(namespace).withName("greeting").get();
    }

    @Test
    void aNamespaceThatAsksForItIsGreeted() {
        create("books", "welcome");
        await(() -> greeting("books") != null);
        assertEquals("welcome", greeting("books").getData().get("text"));
    }

    @Test
    void anotherGreetingIsSaid() {
        create("records", "welcome");
        await(() -> greeting("records") != null);
        client.namespaces().withName("records").edit(namespace -> new NamespaceBuilder(namespace)
                .editMetadata()
                .addToLabels("greeting", "hello")
                .endMetadata()
                .build());
        await(() -> greeting("records").getData().get("text").equals("hello"));
    }

    @Test
    void aNamespaceGoesWithItsGreeting() {
        create("maps", "welcome");
        await(() -> greeting("maps") != null);
        client.namespaces().withName("maps").delete();
        await(() -> client.namespaces().withName("maps").get() == null);
    }
}
