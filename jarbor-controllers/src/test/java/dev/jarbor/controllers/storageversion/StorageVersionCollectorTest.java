package dev.jarbor.controllers.storageversion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apiserverinternal.v1alpha1.ServerStorageVersion;
import dev.jarbor.api.apiserverinternal.v1alpha1.StorageVersion;
import dev.jarbor.api.apiserverinternal.v1alpha1.StorageVersionStatus;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.controllers.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers that are gone said of storage versions goes with them (KEP-2339). */
class StorageVersionCollectorTest {
    private World world = new World(1);

    private World start() {
        return world.start(new StorageVersionCollector(world.api, world.informers, world.runtime));
    }

    private void server(String id) {
        Lease lease = Lease.named("kube-system", id);
        world.api.create(
                Lease.KIND,
                lease.withMetadata(
                        lease.metadata().withLabels(Map.of("apiserver.kubernetes.io/identity", "kube-apiserver"))));
    }

    private void gone(String id) {
        world.api.delete(Lease.KIND, new ObjectKey("kube-system", id), DeleteOptions.NONE);
        world.runtime.advance(Duration.ofSeconds(1));
    }

    private static ServerStorageVersion says(String server, String encoding) {
        return ServerStorageVersion.EMPTY
                .withApiServerID(server)
                .withEncodingVersion(encoding)
                .withDecodableVersions(List.of("v1", "v1beta1"));
    }

    private void version(ServerStorageVersion... servers) {
        world.api.put(
                StorageVersion.KIND,
                StorageVersion.named("apps.deployments")
                        .withStatus(StorageVersionStatus.EMPTY.withStorageVersions(List.of(servers))));
        world.runtime.advance(Duration.ofSeconds(1));
    }

    private StorageVersionStatus status() {
        return world.api
                .get(StorageVersion.KIND, ObjectKey.cluster("apps.deployments"))
                .status();
    }

    @Test
    void whatAServerSaidGoesWithItAndTheOthersMayAgreeThen() {
        start();
        server("old");
        server("new");
        version(says("old", "v1beta1"), says("new", "v1"));
        assertThat(status().storageVersions()).hasSize(2);
        gone("old");
        assertThat(status().storageVersions())
                .extracting(ServerStorageVersion::apiServerID)
                .containsExactly("new");
        assertThat(status().commonEncodingVersion()).isEqualTo("v1");
        assertThat(status().conditions()).singleElement().satisfies(condition -> {
            assertThat(condition.type()).isEqualTo("AllEncodingVersionsEqual");
            assertThat(condition.status()).isEqualTo("True");
            assertThat(condition.reason()).isEqualTo("CommonEncodingVersionSet");
        });
    }

    @Test
    void whatNobodySaysAnyMoreGoes() {
        start();
        server("only");
        version(says("only", "v1"));
        gone("only");
        assertThat(world.all(StorageVersion.KIND)).isEmpty();
    }

    @Test
    void anEntryOfAServerThatNeverWasGoesToo() {
        start();
        server("one");
        version(says("one", "v1"), says("nobody", "v1"));
        assertThat(status().storageVersions())
                .extracting(ServerStorageVersion::apiServerID)
                .containsExactly("one");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void inTheEndOnlyServersThatAreThereAreNamed(long seed) {
        world = new World(seed);
        start();
        server("a");
        server("b");
        server("c");
        version(says("a", "v1"), says("b", "v1"), says("c", "v1"));
        for (String id : List.of("a", "c")) {
            world.trouble(6);
            try {
                gone(id);
            } catch (ApiException refused) {
                gone(id);
            }
        }
        world.calm();
        assertThat(status().storageVersions())
                .as("seed " + seed)
                .extracting(ServerStorageVersion::apiServerID)
                .containsExactly("b");
    }
}
