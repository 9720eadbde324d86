package dev.jarbor.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.embed.JarborSettings;
import dev.jarbor.embed.TimeMode;
import dev.jarbor.junit.fabric8.Fabric8Clients;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** An application of Spring Boot whose tests have a cluster: its client is a bean like any other. */
@SpringBootTest(classes = SpringBootDemandTest.Application.class)
class SpringBootDemandTest {
    /** Before the application, which is started for the first test. */
    @RegisterExtension
    static final JarborExtension CLUSTER = JarborExtension.builder()
            .settings(JarborSettings.DEFAULT.withTime(TimeMode.MANUAL).withNodes(1))
            .lifetime(Lifetime.CLASS)
            .build();

    @SpringBootConfiguration
    @Import(Greeter.class)
    static class Application {
        @Bean(destroyMethod = "close")
        KubernetesClient client() {
            return Fabric8Clients.of(CLUSTER.cluster(), "default");
        }
    }

    /** What the application does. */
    static class Greeter {
        private final KubernetesClient client;

        Greeter(KubernetesClient client) {
            this.client = client;
        }

        void greet(String name) {
            client.resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .addToData("greeting", "hello, " + name)
                            .build())
                    .serverSideApply();
        }
    }

    @Test
    void theApplicationWorksInTheCluster(@Autowired Greeter greeter, KubernetesClient other) {
        greeter.greet("books");
        assertThat(other.configMaps()
                        .inNamespace("default")
                        .withName("books")
                        .get()
                        .getData())
                .containsEntry("greeting", "hello, books");
    }
}
