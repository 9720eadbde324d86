package dev.jarbor.server.http;

import static dev.jarbor.server.http.HttpCluster.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.Conformance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookDiscoveryTest {
    private static final String GROUP = "/apis/admissionregistration.k8s.io";

    private final HttpCluster cluster = new HttpCluster();

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    @Conformance("AM-14")
    void webhookConfigurationsAreInTheDiscoveryDocuments() {
        assertThat(json(cluster.get("/apis")).list("groups").objects())
                .filteredOn(group -> group.string("name").equals("admissionregistration.k8s.io"))
                .flatExtracting(group -> group.list("versions").objects())
                .extracting(version -> version.string("groupVersion"))
                .contains("admissionregistration.k8s.io/v1");
        assertThat(json(cluster.get(GROUP)).object("preferredVersion").string("version"))
                .isEqualTo("v1");
        assertThat(json(cluster.get(GROUP + "/v1")).list("resources").objects())
                .extracting(resource -> resource.string("name"))
                .contains("mutatingwebhookconfigurations", "validatingwebhookconfigurations");
    }
}
