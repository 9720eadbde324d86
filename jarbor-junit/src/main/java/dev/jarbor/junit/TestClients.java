package dev.jarbor.junit;

import dev.jarbor.embed.Jarbor;
import dev.jarbor.junit.fabric8.Fabric8Clients;
import dev.jarbor.junit.official.OfficialClients;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubernetes.client.openapi.ApiClient;

/** Clients that tests may take, by the names of their types: their libraries need not be there unless they are asked for. */
final class TestClients {
    private static final String FABRIC8 = "io.fabric8.kubernetes.client.KubernetesClient";
    private static final String FABRIC8_NAMESPACED = "io.fabric8.kubernetes.client.NamespacedKubernetesClient";
    private static final String OFFICIAL = "io.kubernetes.client.openapi.ApiClient";

    private TestClients() {}

    record Client(Object value, AutoCloseable end) {}

    static boolean has(Class<?> type) {
        return switch (type.getName()) {
            case FABRIC8, FABRIC8_NAMESPACED, OFFICIAL -> true;
            default -> false;
        };
    }

    static Client make(Class<?> type, Jarbor cluster, String namespace) {
        return switch (type.getName()) {
            case FABRIC8, FABRIC8_NAMESPACED -> Fabric8.make(cluster, namespace);
            case OFFICIAL -> Official.make(cluster);
            default -> throw new IllegalArgumentException("no client: " + type.getName());
        };
    }

    private static final class Fabric8 {
        static Client make(Jarbor cluster, String namespace) {
            KubernetesClient client = Fabric8Clients.of(cluster, namespace);
            return new Client(client, client);
        }
    }

    private static final class Official {
        static Client make(Jarbor cluster) {
            ApiClient client = OfficialClients.of(cluster);
            return new Client(client, () -> OfficialClients.close(client));
        }
    }
}
