package dev.jarbor.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.embed.Jarbor;
import dev.jarbor.embed.TimeMode;
import dev.jarbor.junit.josdk.OperatorTimers;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Reconciling again after a while: controller-runtime#3090 and kueue#3380 of the demands, for the Java Operator SDK. */
@JarborTest(time = TimeMode.MANUAL, nodes = 1)
class OperatorTimersTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    /** Notes when it looked, by the cluster's clock; fails as often as it is told to. */
    @ControllerConfiguration
    @GradualRetry(initialInterval = 60_000, intervalMultiplier = 1, maxAttempts = 5)
    static final class Hourly implements Reconciler<ConfigMap> {
        private final Jarbor cluster;
        private final int failures;
        private final List<Instant> looks = new CopyOnWriteArrayList<>();

        Hourly(Jarbor cluster, int failures) {
            this.cluster = cluster;
            this.failures = failures;
        }

        @Override
        public UpdateControl<ConfigMap> reconcile(ConfigMap map, Context<ConfigMap> context) {
            looks.add(cluster.time().now());
            if (looks.size() <= failures) {
                throw new IllegalStateException("not yet");
            }
            return UpdateControl.<ConfigMap>noUpdate().rescheduleAfter(Duration.ofHours(1));
        }

        private List<Duration> pauses() {
            return java.util.stream.IntStream.range(1, looks.size())
                    .mapToObj(index -> Duration.between(looks.get(index - 1), looks.get(index)))
                    .toList();
        }
    }

    private static Operator started(Jarbor cluster, KubernetesClient client, Hourly reconciler) {
        // Watched, because a reconciler that fails calls nothing that would show the cluster that it is at work.
        ExecutorService threads = cluster.time().watched(Executors.newVirtualThreadPerTaskExecutor());
        var operator = new Operator(settings -> settings.withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withExecutorService(threads));
        operator.register(
                reconciler,
                settings -> settings.settingNamespace(client.getNamespace()).withLabelSelector("hourly"));
        operator.start();
        OperatorTimers.follow(operator, cluster.time());
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("one")
                        .addToLabels("hourly", "yes")
                        .endMetadata()
                        .build())
                .create();
        return operator;
    }

    @Test
    void anHourOfTheReconcilerIsAnHourOfTheCluster(Jarbor cluster, KubernetesClient client) {
        var reconciler = new Hourly(cluster, 0);
        Operator operator = started(cluster, client, reconciler);
        assertThat(cluster.time().until(() -> reconciler.looks.size() == 1, SOON))
                .isTrue();
        cluster.time().advance(Duration.ofMinutes(185));
        operator.stop();
        assertThat(reconciler.pauses())
                .hasSize(3)
                .allSatisfy(pause -> assertThat(pause).isBetween(Duration.ofHours(1), Duration.ofMinutes(61)));
    }

    @Test
    void retriesWaitByTheClustersClockToo(Jarbor cluster, KubernetesClient client) {
        var reconciler = new Hourly(cluster, 2);
        Operator operator = started(cluster, client, reconciler);
        assertThat(cluster.time().until(() -> reconciler.looks.size() == 3, Duration.ofMinutes(10)))
                .isTrue();
        operator.stop();
        assertThat(reconciler.pauses())
                .hasSize(2)
                .allSatisfy(pause -> assertThat(pause).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(2)));
    }
}
