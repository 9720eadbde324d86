package dev.jarbor.controllers.servicecidr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.networking.v1.IPAddress;
import dev.jarbor.api.networking.v1.ServiceCIDR;
import dev.jarbor.api.networking.v1.ServiceCIDRSpec;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.controllers.World;
import dev.jarbor.controllers.common.AddressBlock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges of Services come and go without leaving addresses behind (KEP-1880). */
class ServiceCidrControllerTest {
    private World world = new World(1);

    private World start() {
        return world.start(new ServiceCidrController(world.api, world.informers, world.runtime, world.events));
    }

    private static ServiceCIDR range(String name, String... cidrs) {
        return ServiceCIDR.named(name).withSpec(ServiceCIDRSpec.EMPTY.withCidrs(List.of(cidrs)));
    }

    private static IPAddress address(String address) {
        IPAddress one = IPAddress.named(address);
        return one.withMetadata(
                one.metadata().withLabels(Map.of("ipaddress.kubernetes.io/managed-by", "ipallocator.k8s.io")));
    }

    private void create(String name, String... cidrs) {
        world.api.create(ServiceCIDR.KIND, range(name, cidrs));
        world.runtime.advance(Duration.ofSeconds(1));
    }

    private void delete(String name) {
        world.api.delete(ServiceCIDR.KIND, ObjectKey.cluster(name));
        world.runtime.advance(Duration.ofSeconds(1));
    }

    private boolean isThere(String name) {
        return world.api.find(ServiceCIDR.KIND, ObjectKey.cluster(name)).isPresent();
    }

    private String condition(String name) {
        return world.api.get(ServiceCIDR.KIND, ObjectKey.cluster(name)).status().conditions().stream()
                .map(one -> one.type() + "=" + one.status() + " " + one.reason() + ": " + one.message())
                .findFirst()
                .orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.1.2.3, true",
        "10.0.0.0/8, 11.1.2.3, false",
        "10.0.0.0/8, 10.1.0.0/16, true",
        "10.1.0.0/16, 10.0.0.0/8, false",
        "10.0.0.0/8, 10.0.0.0/8, true",
        "fd00::/64, fd00::1, true",
        "fd00::/64, fd01::1, false",
        "0.0.0.0/0, fd00::1, false",
    })
    void aBlockContainsWhatBeginsWithItsBits(String block, String other, boolean contains) {
        assertThat(AddressBlock.parse(block)
                        .orElseThrow()
                        .contains(AddressBlock.parse(other).orElseThrow()))
                .isEqualTo(contains);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "example.com", "10.0.0.0/33", "10.0.0.0/x", "1.2.3", "a:b:c:d:e:f:g:h", "999.1.1.1"})
    void whatIsNoAddressIsNone(String text) {
        assertThat(AddressBlock.parse(text)).isEmpty();
    }

    @Test
    void aRangeIsKeptAndReady() {
        start();
        create("kubernetes", "10.96.0.0/12");
        assertThat(world.api
                        .get(ServiceCIDR.KIND, ObjectKey.cluster("kubernetes"))
                        .metadata()
                        .finalizers())
                .containsExactly("networking.k8s.io/service-cidr-finalizer");
        assertThat(condition("kubernetes")).isEqualTo("Ready=True : Kubernetes Service CIDR is ready");
    }

    @Test
    void aRangeWithoutAddressesGoesAfterAWhile() {
        start();
        create("extra", "10.200.0.0/24");
        delete("extra");
        assertThat(isThere("extra")).isTrue();
        world.runtime.advance(Duration.ofSeconds(11));
        assertThat(isThere("extra")).isFalse();
    }

    @Test
    void aRangeThatAnAddressIsInStaysUntilTheAddressIsGone() {
        start();
        create("extra", "10.200.0.0/24");
        world.api.create(IPAddress.KIND, address("10.200.0.7"));
        delete("extra");
        world.runtime.advance(Duration.ofMinutes(1));
        assertThat(condition("extra"))
                .isEqualTo("Ready=False Terminating: There are still IPAddresses referencing the ServiceCIDR, please"
                        + " remove them or create a new ServiceCIDR");
        world.api.delete(IPAddress.KIND, ObjectKey.cluster("10.200.0.7"), DeleteOptions.NONE);
        world.runtime.advance(Duration.ofSeconds(20));
        assertThat(isThere("extra")).isFalse();
    }

    @Test
    void anotherRangeMayTakeTheAddressesOver() {
        start();
        create("extra", "10.200.0.0/24");
        world.api.create(IPAddress.KIND, address("10.200.0.7"));
        delete("extra");
        create("larger", "10.200.0.0/16");
        world.runtime.advance(Duration.ofSeconds(20));
        assertThat(isThere("extra")).isFalse();
        assertThat(isThere("larger")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void noAddressIsEverLeftWithoutARange(long seed) {
        world = new World(seed);
        start();
        String[] blocks = {"10.1.0.0/16", "10.1.1.0/24", "10.1.0.0/24", "10.2.0.0/24"};
        String[] addresses = {"10.1.1.7", "10.1.0.7", "10.2.0.7"};
        for (int step = 0; step < 40; step++) {
            world.trouble(12);
            try {
                int which = world.runtime.random().nextInt(blocks.length);
                var key = ObjectKey.cluster("range-" + which);
                if (world.api.find(ServiceCIDR.KIND, key).isEmpty()) {
                    world.api.create(ServiceCIDR.KIND, range(key.name(), blocks[which]));
                } else {
                    world.api.delete(ServiceCIDR.KIND, key);
                }
                give(addresses[world.runtime.random().nextInt(addresses.length)]);
            } catch (ApiException refused) {
                // one of the injected faults
            }
            world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(8000)));
            assertNoOrphans(seed);
        }
        world.calm();
        assertNoOrphans(seed);
        assertThat(world.all(ServiceCIDR.KIND))
                .as("seed " + seed)
                .filteredOn(range -> !range.metadata().hasDeletionTimestamp())
                .allSatisfy(range -> assertThat(condition(range.name())).startsWith("Ready=True"));
    }

    /** What an allocator does, which gives nothing from a range that goes. */
    private void give(String address) {
        boolean possible = world.all(ServiceCIDR.KIND).stream()
                .filter(range -> !range.metadata().hasDeletionTimestamp())
                .anyMatch(range -> Orphans.contains(range, address(address)));
        if (possible
                && world.api.find(IPAddress.KIND, ObjectKey.cluster(address)).isEmpty()) {
            world.api.create(IPAddress.KIND, address(address));
        }
    }

    private void assertNoOrphans(long seed) {
        List<ServiceCIDR> ranges = world.all(ServiceCIDR.KIND);
        assertThat(world.all(IPAddress.KIND))
                .as("seed " + seed)
                .allMatch(address -> ranges.stream().anyMatch(range -> Orphans.contains(range, address)));
    }
}
