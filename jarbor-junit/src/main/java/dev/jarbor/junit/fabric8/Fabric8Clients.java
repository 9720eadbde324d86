package dev.jarbor.junit.fabric8;

import dev.jarbor.embed.Jarbor;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;

/** Makes Fabric8 clients of a cluster in this JVM. Whoever makes one closes it. */
public final class Fabric8Clients {
    /** A name that is never looked up. */
    private static final String URL = "https://jarbor.invalid/";

    private Fabric8Clients() {}

    /** The administrator's client, at home in the namespace {@code default}. */
    public static KubernetesClient of(Jarbor cluster) {
        return of(cluster, "default");
    }

    /** The administrator's client, at home in {@code namespace}. */
    public static KubernetesClient of(Jarbor cluster, String namespace) {
        return with(cluster, config(cluster, namespace));
    }

    /**
     * A client with a configuration of the caller's own, such as one with another token, whose address does not matter.
     */
    public static KubernetesClient with(Jarbor cluster, Config config) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(http(cluster))
                .build();
    }

    /** What {@link #of(Jarbor, String)} is configured with; nothing of the machine's own kubeconfig is in it. */
    public static Config config(Jarbor cluster, String namespace) {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(URL)
                .withNamespace(namespace)
                .withOauthToken(cluster.token())
                .build();
    }

    /** The transport alone, for clients that are built elsewhere. */
    public static HttpClient.Factory http(Jarbor cluster) {
        return new DoorHttpFactory(cluster.door());
    }
}
