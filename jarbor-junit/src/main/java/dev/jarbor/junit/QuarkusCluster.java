package dev.jarbor.junit;

import dev.jarbor.embed.Https;
import dev.jarbor.embed.Jarbor;
import dev.jarbor.embed.JarborSettings;
import dev.jarbor.embed.TimeMode;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/**
 * A cluster for tests of Quarkus applications, which starts before the application and ends after it. The application's Kubernetes
 * client is the administrator's, through a port on the loopback; fields of type {@code Jarbor} of the test are set.
 *
 * <pre>{@code
 * @QuarkusTest
 * @WithTestResource(value = QuarkusCluster.class, initArgs = @ResourceArg(name = "manifests", value = "/shop-definition.yaml"))
 * class ShopTest {
 *     Jarbor cluster;
 *
 *     @Inject
 *     KubernetesClient client;
 * }
 * }</pre>
 *
 * <p>Its arguments are the attributes of {@link JarborTest}: {@code time}, {@code nodes}, {@code seed}, {@code manifests} (several with
 * commas between them).
 */
public final class QuarkusCluster implements QuarkusTestResourceLifecycleManager {
    private static final String CLIENT = "quarkus.kubernetes-client.";
    private static final List<String> ARGUMENTS = List.of("manifests", "nodes", "seed", "time");

    private ClusterPlan plan = plan(Map.of());
    private @Nullable Jarbor cluster;

    @Override
    public void init(Map<String, String> arguments) {
        var unknown = new TreeSet<>(arguments.keySet());
        ARGUMENTS.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new ExtensionConfigurationException("unknown arguments " + unknown + "; there are " + ARGUMENTS);
        }
        plan = plan(arguments);
    }

    private static ClusterPlan plan(Map<String, String> arguments) {
        JarborSettings settings = JarborSettings.DEFAULT
                .withTime(TimeMode.valueOf(arguments.getOrDefault("time", "AUTO")))
                .withNodes(Integer.parseInt(arguments.getOrDefault("nodes", "3")))
                .withSeed(Long.parseLong(arguments.getOrDefault("seed", "1")));
        String manifests = arguments.getOrDefault("manifests", "");
        return new ClusterPlan(
                Lifetime.CLASS,
                settings,
                manifests.isEmpty() ? List.of() : List.of(manifests.split("\\s*,\\s*", -1)),
                new JarborSetup.None());
    }

    /** Answers how the application finds the cluster. */
    @Override
    public Map<String, String> start() {
        Jarbor started = plan.start(QuarkusCluster.class);
        cluster = started;
        Https https = started.https();
        return Map.of(
                CLIENT + "api-server-url", https.url(),
                CLIENT + "ca-cert-data",
                        Base64.getEncoder().encodeToString(https.authorityPem().getBytes(StandardCharsets.US_ASCII)),
                CLIENT + "token", started.token(),
                CLIENT + "namespace", "default",
                CLIENT + "devservices.enabled", "false");
    }

    @Override
    public void inject(TestInjector fields) {
        if (cluster != null) {
            fields.injectIntoFields(cluster, new TestInjector.MatchesType(Jarbor.class));
        }
    }

    @Override
    public void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }
}
