package com.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.embed.Jarbor;
import dev.jarbor.embed.TimeMode;
import dev.jarbor.junit.JarborTest;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What takes minutes or weeks in a cluster, and no time here: the clock moves when it is told to. */
@JarborTest(time = TimeMode.MANUAL, nodes = 2, manifests = "/shop-definition.yaml")
class TimeTest {
    private Shops shops;

    @BeforeEach
    void open(Jarbor cluster) {
        shops = Shops.open(cluster);
    }

    @AfterEach
    void close() {
        shops.close();
    }

    private static List<Job> backups(KubernetesClient client) {
        return client.batch().v1().jobs().list().getItems();
    }

    @Test
    void aBackupIsMadeAWeekAhead(Jarbor cluster, KubernetesClient client) {
        // time begins on Tuesday, 1 January 2030
        shops.opened(client, "books", ShopSpec.of("shop:1").withBackup("0 3 * * 0"));
        shops.close(); // the cluster itself makes the backup; watches that nobody reads cost no time
        cluster.time().advance(Duration.ofDays(5));
        assertThat(backups(client)).isEmpty();
        cluster.time().advance(Duration.ofDays(2));
        assertThat(backups(client)).singleElement().satisfies(job -> assertThat(job.getStatus().getStartTime())
                .isEqualTo("2030-01-06T03:00:00Z"));
    }

    @Test
    void podsOfALostNodeAreMovedWhenItsGraceIsOver(Jarbor cluster, KubernetesClient client) {
        shops.opened(client, "books", ShopSpec.of("shop:1").withReplicas(2));
        String lost = Shops.pods(client, "books").getFirst().getSpec().getNodeName();
        Instant before = cluster.time().now();
        cluster.faults().loseNode(lost);
        shops.await(() -> Shops.isOpen(client, "books") && nodes(client).size() == 1 && !nodes(client).contains(lost));
        // 40 s until the node counts as lost, 300 s that its pods bear
        assertThat(Duration.between(before, cluster.time().now())).isGreaterThan(Duration.ofSeconds(340));
    }

    /** Where pods run that nobody has asked to go. */
    private static Set<String> nodes(KubernetesClient client) {
        return Shops.pods(client, "books").stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .map(pod -> pod.getSpec().getNodeName())
                .collect(Collectors.toSet());
    }
}
