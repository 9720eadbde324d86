package dev.jarbor.junit;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ServiceAccount;
import dev.jarbor.client.Api;
import dev.jarbor.embed.Jarbor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** What one test, or one class of tests, has of a cluster: a namespace, and clients at home there, made when asked for. */
final class TestWorld implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(30);
    /** A label of DNS has 63 characters, and a number comes after. */
    private static final int LONGEST = 50;

    private final Jarbor cluster;
    private final String wanted;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, TestClients.Client> clients = new LinkedHashMap<>();
    private String namespace = "";

    /**
     * @param name what the namespace is called after
     * @param counter of the worlds of one cluster
     */
    TestWorld(Jarbor cluster, String name, AtomicInteger counter) {
        this.cluster = cluster;
        String label =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+", "");
        this.wanted = (label.length() > LONGEST ? label.substring(0, LONGEST) : label).replaceAll("-+$", "") + "-"
                + counter.incrementAndGet();
    }

    Jarbor cluster() {
        return cluster;
    }

    String namespace() {
        lock.lock();
        try {
            if (namespace.isEmpty()) {
                create(wanted);
                namespace = wanted;
            }
            return namespace;
        } finally {
            lock.unlock();
        }
    }

    private void create(String name) {
        Api api = cluster.api();
        api.create(dev.jarbor.api.core.v1.Namespace.KIND, dev.jarbor.api.core.v1.Namespace.named(name));
        var account = new ObjectKey(name, "default");
        if (!cluster.time().until(() -> api.find(ServiceAccount.KIND, account).isPresent(), SOON)) {
            throw new IllegalStateException(
                    "the namespace " + name + " has no service account after " + SOON.toSeconds() + " s");
        }
    }

    Object client(Class<?> type) {
        String home = namespace();
        lock.lock();
        try {
            return clients.computeIfAbsent(type.getName(), absent -> TestClients.make(type, cluster, home))
                    .value();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws Exception {
        for (TestClients.Client client : clients.values()) {
            client.end().close();
        }
    }
}
