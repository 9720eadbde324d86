package dev.jarbor.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.api.apiserverinternal.v1alpha1.StorageVersion;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.api.meta.v1.Condition;
import dev.jarbor.api.storagemigration.v1beta1.StorageVersionMigration;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Patch;
import dev.jarbor.client.Query;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Loops that have little to do, in a whole cluster that serves everything. */
class QuietLoopsTest {
    private final Jarbor cluster = Jarbor.start(JarborSettings.DEFAULT
            .withTime(TimeMode.MANUAL)
            .serving("api/all=true")
            .withEachNode(node -> node.inZone(node.name().equals("node-0") ? "a" : "b")));

    @AfterEach
    void close() {
        cluster.close();
    }

    private <T extends KubeObject> T create(Kind<T> kind, String text) {
        return cluster.api().create(kind, kind.read((ObjectValue) Yaml.parse(text)));
    }

    private List<String> told() {
        return cluster.api().list(Event.KIND, "default", Query.NONE).items().stream()
                .map(event -> event.reason() + ": " + event.message())
                .toList();
    }

    @Test
    void endpointsAreDealtOutToZonesByTheirProcessors() {
        cluster.api().create(Deployment.KIND, JarborTest.web());
        Service service = create(Service.KIND, """
                metadata: {name: web, namespace: default, annotations: {service.kubernetes.io/topology-mode: Auto}}
                spec: {selector: {app: web}, ports: [{port: 80}]}
                """);
        cluster.time().advance(Duration.ofMinutes(1));
        Map<String, Long> zones = cluster.api().list(EndpointSlice.KIND, "default", Query.NONE).items().stream()
                .filter(slice -> slice.name().startsWith(service.name()))
                .flatMap(slice -> slice.endpoints().stream())
                .flatMap(endpoint -> endpoint.hints().forZones().stream())
                .collect(Collectors.groupingBy(zone -> zone.name(), Collectors.counting()));
        assertThat(zones).isEqualTo(Map.of("a", 1L, "b", 2L));
        assertThat(told())
                .contains("TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4");
    }

    @Test
    void aPodThatNobodyDeletesIsNoTargetForLong() {
        create(Pod.KIND, """
                metadata: {name: web, namespace: default}
                spec: {containers: [{name: main, image: web}]}
                """);
        cluster.time().advance(Duration.ofSeconds(30));
        var key = new ObjectKey("default", "web");
        cluster.api().patch(Pod.KIND, key, "status", Patch.strategic((ObjectValue)
                Yaml.parse("""
                status: {conditions: [{type: DisruptionTarget, status: "True", reason: PreemptionByScheduler,
                  lastTransitionTime: "%s"}]}
                """.formatted(cluster.time().clock().instant()))));
        cluster.time().advance(Duration.ofMinutes(3));
        assertThat(cluster.api().get(Pod.KIND, key).status().conditions())
                .filteredOn(condition -> condition.type().equals("DisruptionTarget"))
                .singleElement()
                .satisfies(condition -> assertThat(condition.status()).isEqualTo("False"));
    }

    @Test
    void whatAServerSaidOfStorageGoesWithIt() {
        StorageVersion version = create(StorageVersion.KIND, "{metadata: {name: apps.deployments}, spec: {}}");
        cluster.api()
                .updateStatus(
                        StorageVersion.KIND, new StorageVersion(version.value().with("status", Yaml.parse("""
                {commonEncodingVersion: apps/v1,
                 storageVersions: [{apiServerID: nobody, encodingVersion: apps/v1, decodableVersions: [apps/v1]}]}
                """))));
        cluster.time().advance(Duration.ofSeconds(10));
        assertThat(cluster.api().find(StorageVersion.KIND, version.key())).isEmpty();
    }

    @Test
    void objectsAreStoredInTheVersionOfTodayWhenSomebodyAsksForIt() {
        CustomResourceDefinition definition = create(CustomResourceDefinition.KIND, """
                metadata: {name: gadgets.example.com}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {plural: gadgets, singular: gadget, kind: Gadget}
                  versions:
                    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
                    - {name: v2, served: true, storage: false, schema: {openAPIV3Schema: {type: object}}}
                """);
        cluster.time().advance(Duration.ofSeconds(10));
        Kind<GenericObject> gadgets = Kind.generic("example.com", "v1", "Gadget", "gadgets", true);
        GenericObject before = create(gadgets, "metadata: {name: one, namespace: default}");
        CustomResourceDefinition now = cluster.api().get(CustomResourceDefinition.KIND, definition.key());
        cluster.api()
                .update(
                        CustomResourceDefinition.KIND,
                        now.withSpec(now.spec()
                                .withVersions(now.spec().versions().stream()
                                        .map(one -> one.withStorage(one.name().equals("v2")))
                                        .toList())));
        cluster.time().advance(Duration.ofSeconds(10));
        StorageVersionMigration migration = create(StorageVersionMigration.KIND, """
                metadata: {name: gadgets}
                spec: {resource: {group: example.com, resource: gadgets}}
                """);
        cluster.time().advance(Duration.ofSeconds(30));
        assertThat(cluster.api()
                        .get(StorageVersionMigration.KIND, migration.key())
                        .status()
                        .conditions())
                .extracting(Condition::type, Condition::status)
                .contains(tuple("Succeeded", "True"));
        assertThat(cluster.api().get(gadgets, before.key()).metadata().resourceVersion())
                .isNotEqualTo(before.metadata().resourceVersion());
    }
}
