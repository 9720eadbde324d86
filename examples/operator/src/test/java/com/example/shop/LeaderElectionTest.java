package com.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.embed.Jarbor;
import dev.jarbor.junit.fabric8.Fabric8Clients;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Two operators, of which one is at work. Their elections go by the wall's clock, which no cluster can turn, so their terms
 * are short here, and nothing else takes the processor meanwhile.
 */
@ShopTest
@Isolated
class LeaderElectionTest {
    private static final Duration SOON = Duration.ofHours(2);

    private static LeaderElectionConfiguration election(String self, String namespace) {
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration("shop-operator")
                .withLeaseNamespace(namespace)
                .withIdentity(self)
                .withLeaseDuration(Duration.ofSeconds(1))
                .withRenewDeadline(Duration.ofMillis(600))
                .withRetryPeriod(Duration.ofMillis(50))
                .withExitOnStopLeading(false)
                .build();
    }

    private static Operator operator(
            KubernetesClient client, MemoryDirectory directory, LeaderElectionConfiguration election) {
        return ShopOperator.create(
                client, directory, settings -> settings.withLeaderElectionConfiguration(election));
    }

    private static String leader(KubernetesClient client) {
        var lease = client.leases().withName("shop-operator").get();
        return lease == null ? "" : String.valueOf(lease.getSpec().getHolderIdentity());
    }

    @Test
    void theSecondTakesOverWhenTheFirstIsGone(Jarbor cluster, KubernetesClient client) {
        var one = new MemoryDirectory();
        var two = new MemoryDirectory();
        String namespace = client.getNamespace();
        try (KubernetesClient clientOfOne = Fabric8Clients.of(cluster);
                KubernetesClient clientOfTwo = Fabric8Clients.of(cluster)) {
            Operator first = operator(clientOfOne, one, election("one", namespace));
            Operator second = operator(clientOfTwo, two, election("two", namespace));
            first.start();
            assertThat(cluster.time().until(() -> leader(client).equals("one"), SOON)).isTrue();
            second.start();

            client.resource(Shops.shop("books", ShopSpec.of("shop:1"))).create();
            assertThat(cluster.time().until(() -> Shops.isOpen(client, "books"), SOON)).isTrue();
            assertThat(one.listed).containsExactly(namespace + "/books");
            assertThat(two.listed).isEmpty();

            first.stop();
            assertThat(cluster.time().until(() -> leader(client).equals("two"), SOON)).isTrue();
            client.resource(Shops.shop("records", ShopSpec.of("shop:1"))).create();
            assertThat(cluster.time().until(() -> Shops.isOpen(client, "records"), SOON)).isTrue();
            assertThat(one.listed).doesNotContain(namespace + "/records");
            assertThat(two.listed).contains(namespace + "/books", namespace + "/records");
            second.stop();
        }
    }
}
