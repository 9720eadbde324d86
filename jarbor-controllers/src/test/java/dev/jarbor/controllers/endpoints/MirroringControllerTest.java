package dev.jarbor.controllers.endpoints;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.EndpointAddress;
import dev.jarbor.api.core.v1.EndpointPort;
import dev.jarbor.api.core.v1.EndpointSubset;
import dev.jarbor.api.core.v1.Endpoints;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServiceSpec;
import dev.jarbor.api.discovery.v1.Endpoint;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.controllers.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MirroringControllerTest {
    private static World world(long seed) {
        World world = new World(seed);
        return world.start(new MirroringController(world.api, world.informers, world.runtime, world.events));
    }

    private static Service service(Map<String, String> selector) {
        return Service.named(NAMESPACE, "db").withSpec(ServiceSpec.EMPTY.withSelector(selector));
    }

    private static Endpoints endpoints(String... ips) {
        return Endpoints.named(NAMESPACE, "db")
                .withSubsets(List.of(EndpointSubset.EMPTY
                        .withAddresses(Stream.of(ips)
                                .map(ip -> EndpointAddress.EMPTY.withIp(ip))
                                .toList())
                        .withPorts(List.of(EndpointPort.EMPTY
                                .withName("sql")
                                .withPort(5432)
                                .withProtocol("TCP")))));
    }

    private static List<EndpointSlice> slices(World world) {
        return world.all(EndpointSlice.KIND);
    }

    private static List<String> addresses(World world) {
        return slices(world).stream()
                .flatMap(slice -> slice.endpoints().stream())
                .map(Endpoint::addresses)
                .map(List::getFirst)
                .toList();
    }

    @Test
    void endpointsWrittenByHandAreFoundInSlicesToo() {
        World world = world(1);
        world.api.create(Service.KIND, service(Map.of()));
        Endpoints written = endpoints("192.0.2.1", "2001:db8::1");
        Endpoints made = world.api.create(
                Endpoints.KIND,
                written.withMetadata(written.metadata()
                        .withLabels(Map.of("tier", "data"))
                        .withAnnotations(Map.of("note", "by hand"))));
        world.settle();
        assertThat(slices(world)).hasSize(2).allSatisfy(slice -> {
            assertThat(slice.name()).startsWith("db-");
            assertThat(slice.metadata().labels())
                    .containsOnly(
                            Map.entry("tier", "data"),
                            Map.entry("kubernetes.io/service-name", "db"),
                            Map.entry(
                                    "endpointslice.kubernetes.io/managed-by",
                                    "endpointslicemirroring-controller.k8s.io"));
            assertThat(slice.metadata().annotations()).containsOnly(Map.entry("note", "by hand"));
            assertThat(slice.metadata().ownerReferences().getFirst().uid())
                    .isEqualTo(made.metadata().uid());
            assertThat(slice.ports().getFirst().port()).isEqualTo(5432);
            assertThat(slice.endpoints().getFirst().conditions().ready()).isTrue();
        });
        assertThat(slices(world)).extracting(EndpointSlice::addressType).containsExactlyInAnyOrder("IPv4", "IPv6");

        world.change(
                Endpoints.KIND,
                made,
                before -> before.withSubsets(endpoints("192.0.2.2").subsets()));
        world.settle();
        assertThat(addresses(world)).containsExactly("192.0.2.2");
        world.api.delete(Endpoints.KIND, made.key());
        world.settle();
        assertThat(slices(world)).isEmpty();
    }

    @Test
    void whatSomebodyElseKeepsIsNotMirrored() {
        World world = world(2);
        world.api.create(Endpoints.KIND, endpoints("192.0.2.1"));
        world.settle();
        assertThat(slices(world)).isEmpty();
        Service selecting = world.api.create(Service.KIND, service(Map.of("app", "db")));
        world.settle();
        assertThat(slices(world)).isEmpty();
        world.change(
                Service.KIND, selecting, before -> before.withSpec(before.spec().withoutSelector()));
        world.settle();
        assertThat(slices(world)).hasSize(1);
        world.change(
                Endpoints.KIND,
                endpoints(),
                before -> before.withMetadata(
                        before.metadata().withLabels(Map.of("endpointslice.kubernetes.io/skip-mirror", "true"))));
        world.settle();
        assertThat(slices(world)).isEmpty();
    }

    @Test
    void aSubsetIsASliceOfAtMostAThousand() {
        World world = world(3);
        world.api.create(Service.KIND, service(Map.of()));
        var ips = new ArrayList<String>();
        for (int i = 0; i < 1003; i++) {
            ips.add("10.1." + i / 250 + "." + (1 + i % 250));
        }
        world.api.create(Endpoints.KIND, endpoints(ips.toArray(new String[0])));
        world.settle();
        assertThat(slices(world))
                .singleElement()
                .satisfies(slice -> assertThat(slice.endpoints()).hasSize(1000));
        assertThat(world.told())
                .contains("TooManyAddressesToMirror: A max of 1000 addresses can be mirrored to EndpointSlices per"
                        + " Endpoints subset. 3 addresses were skipped");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyAddressIsThereOnceThroughAnyTrouble(long seed) {
        World world = world(seed);
        world.api.create(Service.KIND, service(Map.of()));
        for (int i = 0; i < 60; i++) {
            world.api.put(Endpoints.KIND, endpoints("192.0.2." + i, "192.0.2." + (i + 1)));
            world.trouble(5);
            world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(400)));
        }
        world.calm();
        assertThat(addresses(world)).as("seed %d", seed).containsExactly("192.0.2.59", "192.0.2.60");
    }
}
