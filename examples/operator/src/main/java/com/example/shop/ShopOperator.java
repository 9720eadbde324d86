package com.example.shop;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.util.function.Consumer;

/** The operator as a program, and as what tests start. */
public final class ShopOperator {
    private ShopOperator() {}

    public static void main(String[] arguments) {
        String self = System.getenv().getOrDefault("HOSTNAME", "shop-operator");
        LeaderElectionConfiguration election = LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(
                        "shop-operator")
                .withLeaseNamespace("default")
                .withIdentity(self)
                .build();
        Operator operator = create(
                new KubernetesClientBuilder().build(),
                new PrintedDirectory(),
                settings -> settings.withLeaderElectionConfiguration(election));
        operator.installShutdownHook(java.time.Duration.ofSeconds(10));
        operator.start();
    }

    /** Not started yet. @param settings what its surroundings decide: who leads, on which threads it works */
    public static Operator create(
            KubernetesClient client, ShopDirectory directory, Consumer<ConfigurationServiceOverrider> settings) {
        var operator = new Operator(
                all -> settings.accept(all.withKubernetesClient(client).withCloseClientOnStop(false)));
        operator.register(new ShopReconciler(directory));
        return operator;
    }

    private static final class PrintedDirectory implements ShopDirectory {
        @Override
        public void list(String shop) {
            System.out.println("open: " + shop);
        }

        @Override
        public void remove(String shop) {
            System.out.println("closed: " + shop);
        }
    }
}
