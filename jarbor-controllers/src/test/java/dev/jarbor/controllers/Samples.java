package dev.jarbor.controllers;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.IntOrString;
import dev.jarbor.api.Kind;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.DeploymentSpec;
import dev.jarbor.api.apps.v1.DeploymentStrategy;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.ReplicaSetSpec;
import dev.jarbor.api.apps.v1.RollingUpdateDeployment;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerPort;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.PodTemplateSpec;
import dev.jarbor.api.meta.v1.LabelSelector;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import java.util.List;
import java.util.Map;

/** Objects as users write them, with the defaults that the server fills in. */
public final class Samples {
    public static final String NAMESPACE = "shop";

    private Samples() {}

    public static PodTemplateSpec template(String app, String image) {
        return PodTemplateSpec.EMPTY
                .withMetadata(ObjectMeta.EMPTY.withLabels(Map.of("app", app)))
                .withSpec(PodSpec.EMPTY.withContainers(List.of(Container.EMPTY
                        .withName("main")
                        .withImage(image)
                        .withPorts(List.of(ContainerPort.EMPTY
                                .withName("http")
                                .withContainerPort(8080)
                                .withProtocol("TCP"))))));
    }

    public static ReplicaSet replicaSet(String name, int replicas) {
        ReplicaSet set = ReplicaSet.named(NAMESPACE, name);
        return set.withMetadata(set.metadata().withLabels(Map.of("app", name)))
                .withSpec(ReplicaSetSpec.EMPTY
                        .withReplicas(replicas)
                        .withSelector(LabelSelector.EMPTY.withMatchLabels(Map.of("app", name)))
                        .withTemplate(template(name, "image:1")));
    }

    public static Deployment deployment(String name, int replicas) {
        return Deployment.named(NAMESPACE, name)
                .withSpec(DeploymentSpec.EMPTY
                        .withReplicas(replicas)
                        .withRevisionHistoryLimit(10)
                        .withProgressDeadlineSeconds(600)
                        .withStrategy(rolling("25%", "25%"))
                        .withSelector(LabelSelector.EMPTY.withMatchLabels(Map.of("app", name)))
                        .withTemplate(template(name, "image:1")));
    }

    public static DeploymentStrategy rolling(String maxSurge, String maxUnavailable) {
        return DeploymentStrategy.EMPTY
                .withType("RollingUpdate")
                .withRollingUpdate(RollingUpdateDeployment.EMPTY
                        .withMaxSurge(intOrString(maxSurge))
                        .withMaxUnavailable(intOrString(maxUnavailable)));
    }

    private static IntOrString intOrString(String text) {
        return text.endsWith("%") ? IntOrString.of(text) : IntOrString.of(Integer.parseInt(text));
    }

    public static Deployment withImage(Deployment deployment, String image) {
        return deployment.withSpec(deployment
                .spec()
                .withTemplate(template(
                        deployment.spec().template().metadata().labels().getOrDefault("app", ""), image)));
    }

    public static Deployment withReplicas(Deployment deployment, int replicas) {
        return deployment.withSpec(deployment.spec().withReplicas(replicas));
    }

    /** An established definition of the namespaced kind {@code Widget.example.com}. */
    public static CustomResourceDefinition widgets() {
        return new CustomResourceDefinition(Json.object("""
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                 "metadata":{"name":"widgets.example.com"},
                 "spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget"},
                  "versions":[{"name":"v1","served":true,"storage":true}]},
                 "status":{"acceptedNames":{"plural":"widgets","kind":"Widget"},
                  "conditions":[{"type":"Established","status":"True"}]}}
                """));
    }

    /** Defines {@link #widgets} in the cluster behind {@code api}. */
    public static void defineWidgets(Api api) {
        CustomResourceDefinition created = api.create(CustomResourceDefinition.KIND, widgets());
        api.updateStatus(
                CustomResourceDefinition.KIND, created.withStatus(widgets().status()));
    }

    /** The kind that {@link #widgets} brings. */
    public static final Kind<GenericObject> WIDGET = Kind.generic("example.com", "v1", "Widget", "widgets", true);

    /** An object of that kind. */
    public static GenericObject widget(String namespace, String name) {
        return new GenericObject(WIDGET.stamp(ObjectValue.of(
                "metadata", ObjectValue.EMPTY.with("namespace", namespace).with("name", name))));
    }
}
