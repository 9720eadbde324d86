package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.core.v1.EndpointAddress;
import dev.jarbor.api.core.v1.Endpoints;
import dev.jarbor.client.Api;
import dev.jarbor.client.Query;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.auth.User;
import dev.jarbor.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers tell each other that they are there, for as long as they are. */
class PresenceTest {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final ApiServer server = new ApiServer(new MemoryStore(), runtime, ServerSettings.DEFAULT);
    private final Api api = server.as(User.ADMIN);

    @BeforeEach
    void start() {
        server.start();
    }

    private Presence present(String host) {
        var presence = new Presence(api, runtime, true, host, 6443);
        presence.start();
        return presence;
    }

    private List<String> addresses() {
        return api.get(Endpoints.KIND, new ObjectKey("default", "kubernetes")).subsets().stream()
                .flatMap(subset -> subset.addresses().stream())
                .map(EndpointAddress::ip)
                .toList();
    }

    @Test
    void serversThatAreThereStandBehindTheServiceForAsLongAsTheyAre() {
        present("192.0.2.1");
        Presence other = present("192.0.2.2");
        runtime.advance(Duration.ofHours(2));
        assertThat(addresses()).containsExactly("192.0.2.1", "192.0.2.2");
        assertThat(api.list(Lease.KIND, "kube-system", Query.NONE).items())
                .allSatisfy(lease -> assertThat(
                                Duration.between(lease.spec().renewTime().orElseThrow(), runtime.now()))
                        .isLessThanOrEqualTo(Duration.ofSeconds(5)));

        other.close();
        assertThat(addresses()).containsExactly("192.0.2.1");
    }
}
