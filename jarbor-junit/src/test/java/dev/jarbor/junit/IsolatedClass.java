package dev.jarbor.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.embed.Jarbor;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of somebody who has nothing but a JVM; run by {@link IsolatedRunTest}. */
@JarborTest
class IsolatedClass {
    @Test
    void thereIsNothing() throws IOException {
        assertThat(networks()).isEmpty();
        assertThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid")).isNotEqualTo(0);
        assertThat(Path.of(System.getProperty("user.home"))).isDirectory();
        assertThat(Files.isWritable(Path.of(System.getProperty("user.home")))).isFalse();
        assertThat(Files.isWritable(Path.of(System.getProperty("java.io.tmpdir"))))
                .isFalse();
    }

    /** Those that are up; the JDK says by an exception that there are none at all. */
    private static List<NetworkInterface> networks() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(IsolatedClass::isUp)
                    .toList();
        } catch (SocketException none) {
            return List.of();
        }
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (SocketException gone) {
            return false;
        }
    }

    @Test
    void aDeploymentBecomesReadyAllTheSame(Jarbor cluster, KubernetesClient client) {
        client.resource(Fabric8ClientTest.web(3)).create();
        var web = client.apps().deployments().withName("web");
        assertThat(cluster.time().until(web::isReady, Duration.ofMinutes(5))).isTrue();
    }
}
