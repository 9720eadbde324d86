package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apiregistration.v1.APIService;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Patch;
import dev.jarbor.server.tls.Pem;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners and owned on two servers, of which one is behind the other. */
class AggregatedGarbageTest {
    private static final Kind<GenericObject> FLUNDER =
            Kind.generic("wardle.example.com", "v1", "Flunder", "flunders", true);
    private static final ObjectKey SERVICE = ObjectKey.cluster("v1.wardle.example.com");
    private static final int NOBODY = 1;

    @TempDir
    Path home;

    private TestCluster cluster;
    private ServerBehind behind;
    private Api api;

    @BeforeEach
    void aServerBehindTheCluster() {
        cluster = TestCluster.started(home);
        api = cluster.api();
        ConfigMap believed =
                api.get(ConfigMap.KIND, new ObjectKey("kube-system", "extension-apiserver-authentication"));
        behind = new ServerBehind(
                cluster.runtime(), Pem.certificates(believed.data().getOrDefault("requestheader-client-ca-file", "")));
        api.create(Service.KIND, new Service(SimulatedControlPlane.yaml("""
                metadata: {name: behind, namespace: default}
                spec: {type: ExternalName, externalName: localhost}
                """)));
        api.create(APIService.KIND, new APIService(SimulatedControlPlane.yaml("""
                metadata: {name: v1.wardle.example.com}
                spec:
                  group: wardle.example.com
                  version: v1
                  service: {namespace: default, name: behind, port: %d}
                  caBundle: %s
                  groupPriorityMinimum: 2000
                  versionPriority: 200
                """.formatted(
                        behind.port(), behind.caBundle()))));
        awaitAvailable("True");
    }

    @AfterEach
    void stop() {
        cluster.close();
        behind.close();
    }

    private void awaitAvailable(String status) {
        Eventually.until(
                "the other server is available: " + status,
                () -> api.get(APIService.KIND, SERVICE).status().conditions().stream()
                        .anyMatch(condition -> condition.status().equals(status)));
    }

    /** Nobody is found at that port from now on, if it is none. */
    private void moveTo(int port) {
        api.patch(
                APIService.KIND,
                SERVICE,
                Patch.merge(SimulatedControlPlane.yaml("spec: {service: {port: %d}}".formatted(port))));
        awaitAvailable(port == NOBODY ? "False" : "True");
    }

    private static ObjectMeta metadata(String name, List<? extends KubeObject> owners) {
        return ObjectMeta.EMPTY
                .withName(name)
                .withNamespace("default")
                .withOwnerReferences(owners.stream()
                        .map(owner -> OwnerReference.EMPTY
                                .withApiVersion(owner.apiVersion())
                                .withKind(owner.kind())
                                .withName(owner.name())
                                .withUid(owner.metadata().uid())
                                .withBlockOwnerDeletion(true))
                        .toList());
    }

    private GenericObject flunder(String name, KubeObject... owners) {
        return api.create(
                FLUNDER,
                FLUNDER.read(ObjectValue.of(
                        "metadata", metadata(name, List.of(owners)).value())));
    }

    private ConfigMap settings(String name, KubeObject... owners) {
        return api.create(ConfigMap.KIND, ConfigMap.EMPTY.withMetadata(metadata(name, List.of(owners))));
    }

    private boolean isThere(Kind<?> kind, String name) {
        return api.find(kind, new ObjectKey("default", name)).isPresent();
    }

    private void awaitEnd(Kind<?> kind, String name) {
        Eventually.until(kind.name() + " " + name + " is gone", () -> !isThere(kind, name));
    }

    @Test
    void ownersAndOwnedFindEachOtherAcrossServers() {
        GenericObject owner = flunder("owner");
        settings("owned", owner);
        ConfigMap other = settings("other-owner");
        flunder("other-owned", other);

        api.delete(FLUNDER, owner.key());
        awaitEnd(ConfigMap.KIND, "owned");

        api.delete(ConfigMap.KIND, other.key(), DeleteOptions.NONE.propagation("Foreground"));
        awaitEnd(ConfigMap.KIND, "other-owner");
        assertThat(isThere(FLUNDER, "other-owned"))
                .as("the owner waited for what the other server keeps")
                .isFalse();
    }

    @Test
    void aServerOutOfReachHoldsUpNobodyAndLosesNothing() {
        GenericObject staying = flunder("staying");
        GenericObject going = flunder("going");
        settings("of-staying", staying);
        settings("of-going", going);
        moveTo(NOBODY);

        settings("later", staying);
        ConfigMap local = settings("local");
        settings("of-local", local);
        api.delete(ConfigMap.KIND, local.key());
        awaitEnd(ConfigMap.KIND, "of-local");
        assertThat(List.of("of-staying", "of-going", "later")).allMatch(name -> isThere(ConfigMap.KIND, name));

        behind.api().delete(FLUNDER, going.key());
        moveTo(behind.port());
        awaitEnd(ConfigMap.KIND, "of-going");
        assertThat(List.of("of-staying", "later")).allMatch(name -> isThere(ConfigMap.KIND, name));
    }

    @Test
    void nothingGoesWithTheApiService() {
        GenericObject owner = flunder("owner");
        settings("owned", owner);
        api.delete(APIService.KIND, SERVICE);
        settings("later", owner);
        ConfigMap local = settings("local");
        settings("of-local", local);
        api.delete(ConfigMap.KIND, local.key());
        awaitEnd(ConfigMap.KIND, "of-local");
        assertThat(List.of("owned", "later")).allMatch(name -> isThere(ConfigMap.KIND, name));
    }
}
