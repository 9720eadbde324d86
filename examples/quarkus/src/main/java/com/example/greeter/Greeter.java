package com.example.greeter;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Greets every namespace that asks for it by a label, with a ConfigMap. */
@ApplicationScoped
public class Greeter implements ResourceEventHandler<Namespace> {
    private final KubernetesClient client;
    private SharedIndexInformer<Namespace> namespaces;

    Greeter(KubernetesClient client) {
        this.client = client;
    }

    void begin(@Observes StartupEvent start) {
        namespaces = client.namespaces().withLabel("greeting").inform(this);
    }

    void end(@Observes ShutdownEvent stop) {
        namespaces.stop();
    }

    @Override
    public void onAdd(Namespace namespace) {
        ConfigMap greeting = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("greeting")
                .withNamespace(namespace.getMetadata().getName())
                .endMetadata()
                .addToData("text", namespace.getMetadata().getLabels().get("greeting"))
                .build();
        client.resource(greeting).serverSideApply();
    }

    @Override
    public void onUpdate(Namespace before, Namespace namespace) {
        if (namespace.getMetadata().getDeletionTimestamp() == null) {
            onAdd(namespace);
        }
    }

    @Override
    public void onDelete(Namespace namespace, boolean unknown) {
        // the greeting goes with its namespace
    }
}
