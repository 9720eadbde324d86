package dev.jarbor.controllers.serviceaccount;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Publishes the certificate by which pods know the API server, as ConfigMap {@code kube-root-ca.crt} in every active
 * namespace, and restores it when it is changed.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/">Managing Service
 *     Accounts: the projected volume takes it from there</a>
 */
public final class RootCertificateController implements ControlLoop {
    private static final String NAME = "root-ca-certificate-publisher-controller";
    private static final String CONFIG_MAP = "kube-root-ca.crt";
    private static final String KEY = "ca.crt";
    private static final String DESCRIPTION = "kubernetes.io/description";
    private static final String WORDS = "Contains a CA bundle that can be used to verify the kube-apiserver when using "
            + "internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is "
            + "guaranteed across distributions of Kubernetes clusters.";

    private final Api api;
    private final Runtime runtime;
    private final Counter passes;
    private final Histogram durations;
    private final String certificate;
    private final Informer<ConfigMap> configMaps;
    private final EveryNamespace loop;

    /** @param certificate the authority's certificates, PEM */
    public RootCertificateController(Api api, Informers informers, Runtime runtime, String certificate) {
        this(api, informers, runtime, certificate, new MetricRegistry());
    }

    /** @param certificate the authority's certificates, PEM */
    public RootCertificateController(
            Api api, Informers informers, Runtime runtime, String certificate, MetricRegistry registry) {
        this.runtime = runtime;
        this.passes = registry.counter(
                "root_ca_cert_publisher_sync_total", "Passes over a namespace, by what the API answered.", "code");
        this.durations = registry.histogram(
                "root_ca_cert_publisher_sync_duration_seconds",
                "How long a pass over a namespace took.",
                MetricRegistry.exponential(0.001, 2, 15),
                "code");
        this.api = api;
        this.certificate = certificate;
        this.configMaps = informers.of(ConfigMap.KIND);
        this.loop = new EveryNamespace(NAME, informers, runtime, this::furnish);
        loop.watch(configMaps, CONFIG_MAP);
    }

    @Override
    public KeyQueue queue() {
        return loop.queue();
    }

    private void furnish(Namespace namespace) {
        long begun = runtime.nanoTime();
        String code = "500";
        try {
            publish(namespace);
            code = "200";
        } catch (ApiException refused) {
            code = Integer.toString(refused.status().code());
            throw refused;
        } finally {
            passes.increment(code);
            durations.observe((runtime.nanoTime() - begun) / 1e9, code);
        }
    }

    private void publish(Namespace namespace) {
        Optional<ConfigMap> present = configMaps.get(new ObjectKey(namespace.name(), CONFIG_MAP));
        if (present.isEmpty()) {
            EveryNamespace.create(api, ConfigMap.KIND, whole(ConfigMap.named(namespace.name(), CONFIG_MAP)));
        } else if (!isWhole(present.get())) {
            restore(present.get());
        }
    }

    /** Whoever wants other words may have them, but not none. */
    private boolean isWhole(ConfigMap configMap) {
        return configMap.data().equals(Map.of(KEY, certificate))
                && !configMap
                        .metadata()
                        .annotations()
                        .getOrDefault(DESCRIPTION, "")
                        .isEmpty();
    }

    private void restore(ConfigMap changed) {
        IfThere.write(() -> api.update(ConfigMap.KIND, whole(changed)));
    }

    private ConfigMap whole(ConfigMap configMap) {
        var annotations = new TreeMap<>(configMap.metadata().annotations());
        annotations.put(DESCRIPTION, WORDS);
        return configMap
                .withMetadata(configMap.metadata().withAnnotations(annotations))
                .withData(Map.of(KEY, certificate));
    }
}
