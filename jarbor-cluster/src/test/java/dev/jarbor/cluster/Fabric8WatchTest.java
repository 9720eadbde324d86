package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Fabric8 client is told without asking again: watches, informers, and the lease of a leader. */
class Fabric8WatchTest {
    private static final String NAMESPACE = "default";

    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @AutoClose
    private static KubernetesClient client;

    @BeforeAll
    static void start() throws IOException {
        cluster = TestCluster.simulated(home, 1);
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(Files.readString(cluster.kubeconfig())))
                .build();
    }

    private static ConfigMap settings(String name, String colour) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .addToData("colour", colour)
                .build();
    }

    @Test
    void aWatcherIsToldInOrder() throws InterruptedException {
        var told = new LinkedBlockingQueue<String>();
        try (Watch watch =
                client.configMaps().inNamespace(NAMESPACE).withName("watched").watch(tellingOf(told))) {
            client.resource(settings("watched", "blue")).create();
            client.resource(settings("watched", "red")).update();
            client.resource(settings("watched", "red")).delete();

            assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("ADDED blue");
            assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("MODIFIED red");
            assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("DELETED red");
        }
    }

    private static Watcher<ConfigMap> tellingOf(BlockingQueue<String> told) {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, ConfigMap map) {
                told.add(action + " " + map.getData().get("colour"));
            }

            @Override
            public void onClose(@Nullable WatcherException cause) {}
        };
    }

    @Test
    void anInformerKeepsACopy() throws InterruptedException {
        var added = new LinkedBlockingQueue<String>();
        try (SharedIndexInformer<ConfigMap> informer = client.configMaps()
                .inNamespace(NAMESPACE)
                .withLabel("informed", "yes")
                .inform(namesAdded(added))) {
            ConfigMap labelled = settings("informed", "blue");
            labelled.getMetadata().setLabels(Map.of("informed", "yes"));
            client.resource(labelled).create();

            assertThat(added.poll(20, TimeUnit.SECONDS)).isEqualTo("informed");
            assertThat(informer.hasSynced()).isTrue();
            assertThat(informer.getStore().getByKey("default/informed").getData())
                    .containsEntry("colour", "blue");
        }
    }

    private static ResourceEventHandler<ConfigMap> namesAdded(BlockingQueue<String> added) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(ConfigMap map) {
                added.add(map.getMetadata().getName());
            }

            @Override
            public void onUpdate(ConfigMap before, ConfigMap after) {}

            @Override
            public void onDelete(ConfigMap map, boolean unknown) {}
        };
    }

    @Test
    void oneOfTwoCandidatesLeadsAndTheOtherKnowsIt() throws InterruptedException {
        var leaders = new LinkedBlockingQueue<String>();
        var first = elector("first", leaders).start();
        assertThat(leaders.poll(20, TimeUnit.SECONDS)).isEqualTo("first sees first");

        var second = elector("second", leaders).start();
        assertThat(leaders.poll(20, TimeUnit.SECONDS)).isEqualTo("second sees first");
        Lease lease =
                client.leases().inNamespace(NAMESPACE).withName("election").get();
        assertThat(lease.getSpec().getHolderIdentity()).isEqualTo("first");
        assertThat(lease.getSpec().getLeaseDurationSeconds()).isEqualTo(15);

        second.cancel(true);
        first.cancel(true);
        // The lock lets go by a lease of one second; the name of the last holder stays.
        client.leases()
                .inNamespace(NAMESPACE)
                .withName("election")
                .waitUntilCondition(
                        found -> Integer.valueOf(1).equals(found.getSpec().getLeaseDurationSeconds()),
                        20,
                        TimeUnit.SECONDS);
    }

    private static LeaderElector elector(String identity, BlockingQueue<String> leaders) {
        var callbacks = new LeaderCallbacks(() -> {}, () -> {}, leader -> leaders.add(identity + " sees " + leader));
        return client.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName("election")
                        .withLock(new LeaseLock(NAMESPACE, "election", identity))
                        .withLeaseDuration(Duration.ofSeconds(15))
                        .withRenewDeadline(Duration.ofSeconds(10))
                        .withRetryPeriod(Duration.ofSeconds(2))
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(callbacks)
                        .build())
                .build();
    }
}
