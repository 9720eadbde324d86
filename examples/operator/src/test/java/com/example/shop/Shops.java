package com.example.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.embed.ClusterTime;
import dev.jarbor.embed.Jarbor;
import dev.jarbor.junit.fabric8.Fabric8Clients;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.javaoperatorsdk.operator.Operator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** An operator at work in a cluster, and shops in one namespace of it. */
final class Shops implements AutoCloseable {
    /** Far more than anything takes: a busy machine may let the cluster's clock run ahead of the operator's threads. */
    private static final Duration SOON = Duration.ofHours(1);

    final MemoryDirectory directory = new MemoryDirectory();
    private final ClusterTime time;
    private final KubernetesClient own;
    private final Operator operator;
    private boolean closed;

    private Shops(Jarbor cluster) {
        this.time = cluster.time();
        this.own = Fabric8Clients.of(cluster);
        // Watched, so that time waits for a reconciler however busy the machine is.
        ExecutorService threads = time.watched(Executors.newVirtualThreadPerTaskExecutor());
        this.operator = ShopOperator.create(own, directory, settings -> settings.withExecutorService(threads));
    }

    /** Starts the operator with a client of its own, as administrator. */
    static Shops open(Jarbor cluster) {
        var shops = new Shops(cluster);
        shops.operator.start();
        return shops;
    }

    static Shop shop(String name, ShopSpec spec) {
        var shop = new Shop();
        shop.setMetadata(new ObjectMetaBuilder().withName(name).build());
        shop.setSpec(spec);
        return shop;
    }

    static Resource<Shop> shop(KubernetesClient client, String name) {
        return client.resources(Shop.class).withName(name);
    }

    static Deployment deployment(KubernetesClient client, String name) {
        return client.apps().deployments().withName(name).get();
    }

    static List<Pod> pods(KubernetesClient client, String shop) {
        return client.pods()
                .withLabel("app.kubernetes.io/instance", shop)
                .list()
                .getItems();
    }

    static boolean isOpen(KubernetesClient client, String name) {
        Shop shop = shop(client, name).get();
        return shop.getStatus() != null
                && "Open".equals(shop.getStatus().phase())
                && shop.getMetadata().getGeneration().equals(shop.getStatus().observedGeneration());
    }

    /** Makes a shop and waits until it is open. */
    Shop opened(KubernetesClient client, String name, ShopSpec spec) {
        client.resource(shop(name, spec)).create();
        await(() -> isOpen(client, name));
        return shop(client, name).get();
    }

    /** Changes what a shop is to be. */
    void change(KubernetesClient client, String name, java.util.function.UnaryOperator<ShopSpec> change) {
        shop(client, name).edit(shop -> {
            shop.setSpec(change.apply(shop.getSpec()));
            return shop;
        });
    }

    /** Cluster time passes until {@code condition} holds. */
    void await(BooleanSupplier condition) {
        assertThat(time.until(condition, SOON)).as("within " + SOON).isTrue();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            operator.stop();
            own.close();
        }
    }
}
