package dev.jarbor.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.embed.Jarbor;
import dev.jarbor.embed.JarborSettings;
import dev.jarbor.embed.TimeMode;
import dev.jarbor.junit.fabric8.Fabric8Clients;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What depends on the machine elsewhere: how long things take, and whether they take as long again. */
class TimeDemandsTest {
    private static final Duration SOON = Duration.ofHours(4);

    private static Job training(int runs) {
        return new JobBuilder()
                .withNewMetadata()
                .withName("training")
                .endMetadata()
                .withNewSpec()
                .withCompletions(runs)
                .withParallelism(1)
                .withNewTemplate()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("main")
                .withImage("training:1")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private static Jarbor manual(long seed) {
        return Jarbor.start(JarborSettings.DEFAULT.withTime(TimeMode.MANUAL).withSeed(seed));
    }

    private static boolean isReady(KubernetesClient client) {
        Deployment web = client.apps().deployments().withName("web").get();
        Integer ready = web.getStatus().getReadyReplicas();
        return ready != null && ready.equals(web.getSpec().getReplicas());
    }

    @Test
    void aJobTakesTheTimeThatItIsSaidToTake() {
        try (Jarbor cluster = manual(1);
                KubernetesClient client = Fabric8Clients.of(cluster)) {
            cluster.behaviour().forImage("training").exits(0, Duration.ofMinutes(40));
            client.resource(training(3)).create();
            var job = client.batch().v1().jobs().withName("training");
            cluster.time().advance(Duration.ofMinutes(119));
            assertThat(job.get().getStatus().getSucceeded()).isEqualTo(2);
            assertThat(cluster.time().until(() -> job.get().getStatus().getCompletionTime() != null, SOON))
                    .isTrue();
            assertThat(Duration.between(
                            Instant.parse(job.get().getStatus().getStartTime()),
                            Instant.parse(job.get().getStatus().getCompletionTime())))
                    .isBetween(Duration.ofMinutes(120), Duration.ofMinutes(121));
        }
    }

    @Test
    void aRunThroughAClientIsTheSameAgainForItsSeed() {
        assertThat(rollout(7)).isEqualTo(rollout(7)).isNotEqualTo(rollout(8));
    }

    private static long rollout(long seed) {
        try (Jarbor cluster = manual(seed);
                KubernetesClient client = Fabric8Clients.of(cluster)) {
            client.resource(Fabric8ClientTest.web(3)).create();
            assertThat(cluster.time().until(() -> isReady(client), SOON)).isTrue();
            client.apps().deployments().withName("web").scale(5);
            client.pods()
                    .withLabel("app", "web")
                    .list()
                    .getItems()
                    .forEach(pod -> client.resource(pod).delete());
            cluster.time().advance(Duration.ofMinutes(10));
            return cluster.trace().hash();
        }
    }

    @Test
    void aLimitHoldsToTheMillisecondHoweverFastTheMachineIs() {
        Duration exactly = Duration.ZERO;
        try (Jarbor cluster = manual(3);
                KubernetesClient client = Fabric8Clients.of(cluster)) {
            Instant begin = cluster.time().now();
            client.resource(Fabric8ClientTest.web(3)).create();
            assertThat(cluster.time().until(() -> isReady(client), SOON)).isTrue();
            exactly = Duration.between(begin, cluster.time().now());
        }
        assertThat(readyWithin(exactly)).isTrue();
        assertThat(readyWithin(exactly.minusMillis(1))).isFalse();
    }

    private static boolean readyWithin(Duration limit) {
        try (Jarbor cluster = manual(3);
                KubernetesClient client = Fabric8Clients.of(cluster)) {
            client.resource(Fabric8ClientTest.web(3)).create();
            return cluster.time().until(() -> isReady(client), limit);
        }
    }

    @Test
    void aTestThatIsSlowUsesUpNothingOfItsLimit() {
        try (Jarbor cluster = manual(1);
                KubernetesClient client = Fabric8Clients.of(cluster)) {
            Instant begin = cluster.time().now();
            client.resource(Fabric8ClientTest.web(1)).create();
            for (int look = 0; look < 200; look++) {
                client.pods().inAnyNamespace().list();
            }
            assertThat(cluster.time().now()).isEqualTo(begin);
            assertThat(cluster.time().until(() -> isReady(client), Duration.ofSeconds(10)))
                    .isTrue();
        }
    }

    @Test
    void clustersSideBySideDoNotStarveEachOther() throws Exception {
        var clusters = new ArrayList<Callable<Boolean>>();
        for (int index = 0; index < 12; index++) {
            clusters.add(() -> {
                try (Jarbor cluster = manual(1);
                        KubernetesClient client = Fabric8Clients.of(cluster)) {
                    client.resource(Fabric8ClientTest.web(3)).create();
                    return cluster.time().until(() -> isReady(client), Duration.ofSeconds(30));
                }
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Boolean>> all = threads.invokeAll(clusters);
            for (Future<Boolean> one : all) {
                assertThat(one.get()).isTrue();
            }
        }
    }
}
