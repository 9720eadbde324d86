package dev.jarbor.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServicePort;
import dev.jarbor.api.core.v1.ServiceSpec;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.client.Query;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.network.Ipv4;
import dev.jarbor.runtime.SimulatedRuntime;
import org.junit.jupiter.api.Test;

class DnsServiceTest {
    private final SimulatedRuntime runtime = SimulatedRuntime.shuffled(1);
    private final FakeApi api = new FakeApi(runtime);
    private final SharedInformers informers = new SharedInformers(api, runtime);
    private final DnsService service = new DnsService(api, informers, runtime, Ipv4.of("10.43.0.10"));

    private void start() {
        service.start();
        informers.start();
        runtime.runUntilIdle();
    }

    @Test
    void clientsFindTheServiceWithItsOwnAddressAsEndpoint() {
        start();
        Service found = api.get(Service.KIND, DnsService.KEY);
        assertThat(found.spec().clusterIP()).isEqualTo("10.43.0.10");
        assertThat(found.spec().ports()).extracting(ServicePort::name).containsExactly("dns", "dns-tcp");
        assertThat(api.list(EndpointSlice.KIND, "kube-system", Query.labels("kubernetes.io/service-name=kube-dns"))
                        .items())
                .singleElement()
                .satisfies(slice ->
                        assertThat(slice.endpoints().getFirst().addresses()).containsExactly("10.43.0.10"));
    }

    @Test
    void itComesBackWhenDeleted() {
        start();
        api.delete(Service.KIND, DnsService.KEY);
        runtime.runUntilIdle();
        assertThat(api.find(Service.KIND, DnsService.KEY)).isPresent();
    }

    @Test
    void anotherDnsInItsPlaceIsLeftAlone() {
        Service other =
                Service.named("kube-system", "kube-dns").withSpec(ServiceSpec.EMPTY.withClusterIP("10.43.0.99"));
        api.create(Service.KIND, other);
        start();
        assertThat(api.get(Service.KIND, DnsService.KEY).spec().clusterIP()).isEqualTo("10.43.0.99");
        assertThat(api.list(EndpointSlice.KIND, "kube-system", Query.NONE).items())
                .isEmpty();
    }
}
