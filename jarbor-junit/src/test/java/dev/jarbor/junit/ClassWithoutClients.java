package dev.jarbor.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.client.Api;
import dev.jarbor.client.Query;
import org.junit.jupiter.api.Test;

/** Tests that take no client but Jarbor's own; run by {@link AbsentClientsTest}. */
@JarborTest
class ClassWithoutClients {
    @Test
    void nodesAreThere(Api api, @Namespace String namespace) {
        assertThat(api.list(Node.KIND, "", Query.NONE).items()).hasSize(3);
        assertThat(namespace).isEqualTo("nodesarethere-1");
    }
}
