package com.example.shop;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;

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
        Operator operator = create(new KubernetesClientBuilder().build(), new PrintedDirectory(), election);
        operator.installShutdownHook(java.time.Duration.ofSeconds(10));
        operator.start();
    }

    /** Not started yet. @param election null for an operator that is alone */
    public static Operator create(KubernetesClient client, ShopDirectory directory, LeaderElectionConfiguration election) {
        var operator = new Operator(settings -> {
            settings.withKubernetesClient(client).withCloseClientOnStop(false);
            if (election != null) {
                settings.withLeaderElectionConfiguration(election);
            }
        });
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
