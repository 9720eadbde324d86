package dev.jarbor.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The extension where the libraries of clients are missing. */
class AbsentClientsTest {
    private static final List<String> CLIENTS = List.of("fabric8", "client-java", "okhttp", "okio");

    private static URL[] classPathWithoutClients() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(part -> CLIENTS.stream().noneMatch(part::contains))
                .map(part -> new File(part).toURI())
                .map(AbsentClientsTest::url)
                .toArray(URL[]::new);
    }

    private static URL url(URI uri) {
        try {
            return uri.toURL();
        } catch (IOException strange) {
            throw new IllegalArgumentException(strange);
        }
    }

    @Test
    void theExtensionStartsAClusterWithoutThem() throws Exception {
        try (var loader = new URLClassLoader(classPathWithoutClients(), ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> loader.loadClass("io.fabric8.kubernetes.client.KubernetesClient"))
                    .isInstanceOf(ClassNotFoundException.class);
            Class<?> tests = loader.loadClass(ClassWithoutClients.class.getName());
            var before = Thread.currentThread().getContextClassLoader();
            Thread.currentThread().setContextClassLoader(loader);
            try {
                Object passed = loader.loadClass(RunWithoutClients.class.getName())
                        .getDeclaredMethod("passed", Class.class)
                        .invoke(null, tests);
                assertThat(passed).isEqualTo(1L);
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }
        }
    }
}
