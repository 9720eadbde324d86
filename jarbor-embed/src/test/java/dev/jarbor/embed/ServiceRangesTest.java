package dev.jarbor.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServicePort;
import dev.jarbor.api.core.v1.ServiceSpec;
import dev.jarbor.api.networking.v1.IPAddress;
import dev.jarbor.api.networking.v1.ServiceCIDR;
import dev.jarbor.api.networking.v1.ServiceCIDRSpec;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Query;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More addresses for Services while the cluster runs, and fewer again (KEP-1880). */
class ServiceRangesTest {
    private final Jarbor cluster =
            Jarbor.start(JarborSettings.DEFAULT.withTime(TimeMode.MANUAL).withNodes(1));

    @AfterEach
    void close() {
        cluster.close();
    }

    private Service service(String name, String address) {
        return cluster.api()
                .create(
                        Service.KIND,
                        Service.named("default", name)
                                .withSpec(ServiceSpec.EMPTY
                                        .withClusterIP(address)
                                        .withPorts(List.of(ServicePort.EMPTY.withPort(80)))));
    }

    private String ready(String range) {
        return cluster.api().get(ServiceCIDR.KIND, ObjectKey.cluster(range)).status().conditions().stream()
                .map(condition -> condition.type() + "=" + condition.status())
                .findFirst()
                .orElse("");
    }

    @Test
    void anAddressStaysWithItsServiceWhateverBecomesOfTheObjectThatKeepsIt() {
        Service web = service("web", "10.43.0.77");
        cluster.time().advance(Duration.ofSeconds(5));
        cluster.api().delete(IPAddress.KIND, ObjectKey.cluster("10.43.0.77"));
        cluster.time().advance(Duration.ofSeconds(5));
        assertThat(cluster.api()
                        .get(IPAddress.KIND, ObjectKey.cluster("10.43.0.77"))
                        .spec()
                        .parentRef()
                        .name())
                .isEqualTo("web");
        cluster.api().delete(Service.KIND, web.key());
        cluster.time().advance(Duration.ofMinutes(2));
        assertThat(cluster.api().find(IPAddress.KIND, ObjectKey.cluster("10.43.0.77")))
                .isEmpty();
        assertThat(cluster.api().list(Event.KIND, "default", Query.NONE).items())
                .extracting(Event::reason)
                .filteredOn(reason -> reason.startsWith("ClusterIP") || reason.startsWith("IPAddress"))
                .containsExactly("ClusterIPNotAllocated");
    }

    @Test
    void theDefaultRangeIsReady() {
        cluster.time().advance(Duration.ofSeconds(5));
        assertThat(ready("kubernetes")).isEqualTo("Ready=True");
    }

    @Test
    void aRangeThatIsAddedGivesAddressesAndGoesWhenTheyAreBack() {
        assertThatThrownBy(() -> service("early", "10.200.0.5"))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("is not in the valid range");
        cluster.api()
                .create(
                        ServiceCIDR.KIND,
                        ServiceCIDR.named("more").withSpec(ServiceCIDRSpec.EMPTY.withCidrs(List.of("10.200.0.0/28"))));
        cluster.time().advance(Duration.ofSeconds(5));
        Service web = service("web", "10.200.0.5");
        assertThat(web.spec().clusterIP()).isEqualTo("10.200.0.5");

        cluster.api().delete(ServiceCIDR.KIND, ObjectKey.cluster("more"));
        cluster.time().advance(Duration.ofMinutes(1));
        assertThat(ready("more")).isEqualTo("Ready=False");
        assertThatThrownBy(() -> service("late", "10.200.0.6")).isInstanceOf(ApiException.class);

        cluster.api().delete(Service.KIND, web.key());
        cluster.time().advance(Duration.ofMinutes(1));
        assertThat(cluster.api().find(ServiceCIDR.KIND, ObjectKey.cluster("more")))
                .isEmpty();
    }
}
