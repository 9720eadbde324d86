package dev.jarbor.controllers.servicecidr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServiceSpec;
import dev.jarbor.api.networking.v1.IPAddress;
import dev.jarbor.api.networking.v1.ParentReference;
import dev.jarbor.api.networking.v1.ServiceCIDR;
import dev.jarbor.api.networking.v1.ServiceCIDRSpec;
import dev.jarbor.controllers.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After the reference's tests of its repair loop. */
class AddressRepairControllerTest {
    private static final String ADDRESS = "10.0.0.9";

    private World world = new World(1);

    private void start(long seed) {
        world = new World(seed);
        world.start(new AddressRepairController(world.api, world.informers, world.runtime, world.events));
        world.api.create(
                ServiceCIDR.KIND,
                ServiceCIDR.named("kubernetes").withSpec(ServiceCIDRSpec.EMPTY.withCidrs(List.of("10.0.0.0/24"))));
        soon();
    }

    private void soon() {
        world.runtime.advance(Duration.ofSeconds(5));
    }

    private static Service service(String name, String address) {
        return Service.named("shop", name)
                .withSpec(ServiceSpec.EMPTY
                        .withType("ClusterIP")
                        .withClusterIP(address)
                        .withClusterIPs(List.of(address)));
    }

    private void keptFor(String service) {
        world.api.create(IPAddress.KIND, AddressRepair.keeping(ADDRESS, service(service, ADDRESS)));
    }

    private ParentReference parent() {
        return world.the(IPAddress.KIND, "", ADDRESS).spec().parentRef();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nothingIsDoneWhereBothAgree(long seed) {
        start(seed);
        world.api.create(Service.KIND, service("web", ADDRESS));
        keptFor("web");
        soon();
        String version = world.api.resourceVersion();
        world.runtime.advance(Duration.ofHours(1));
        assertThat(world.api.resourceVersion()).isEqualTo(version);
        assertThat(world.told()).isEmpty();
    }

    @Test
    void anAddressThatNobodyKeepsForItsServiceIsKeptAgain() {
        start(1);
        world.api.create(Service.KIND, service("web", ADDRESS));
        keptFor("web");
        soon();
        world.api.delete(IPAddress.KIND, ObjectKey.cluster(ADDRESS));
        soon();
        assertThat(parent().name()).isEqualTo("web");
        assertThat(world.told())
                .containsExactly("ClusterIPNotAllocated: Cluster IP [IPv4]: 10.0.0.9 is not allocated; repairing");
    }

    @Test
    void oneThatIsKeptForNobodyIsFreeAfterAMinute() {
        start(1);
        keptFor("gone");
        world.runtime.advance(Duration.ofSeconds(50));
        assertThat(world.all(IPAddress.KIND)).hasSize(1);
        world.runtime.advance(Duration.ofSeconds(20));
        assertThat(world.all(IPAddress.KIND)).isEmpty();
        assertThat(world.told())
                .containsExactly("IPAddressNotAllocated: IPAddress: 10.0.0.9 for Service shop/gone appears to have"
                        + " leaked: cleaning up");
    }

    @Test
    void oneThatIsKeptForAServiceThatHasAnotherIsFreeAtOnce() {
        start(1);
        world.api.create(Service.KIND, service("web", "10.0.0.7"));
        world.api.create(IPAddress.KIND, AddressRepair.keeping("10.0.0.7", service("web", "10.0.0.7")));
        keptFor("web");
        soon();
        assertThat(world.all(IPAddress.KIND)).extracting(IPAddress::name).containsExactly("10.0.0.7");
        assertThat(world.told())
                .containsExactly("IPAddressWrongReference: IPAddress: 10.0.0.9 for Service shop/web has a wrong"
                        + " reference; cleaning up");
    }

    @Test
    void twoServicesOfOneAddressAreToldAndLeftAlone() {
        start(1);
        world.api.create(Service.KIND, service("first", ADDRESS));
        keptFor("first");
        soon();
        world.api.create(Service.KIND, service("second", ADDRESS));
        soon();
        assertThat(parent().name()).isEqualTo("first");
        assertThat(world.told())
                .containsExactly("ClusterIPAlreadyAllocated: Cluster IP [IPv4]:10.0.0.9 was assigned to multiple"
                        + " services; please recreate service");
    }

    @Test
    void anAddressOfNoRangeIsToldOf() {
        start(1);
        world.api.create(Service.KIND, service("web", "192.168.1.1"));
        soon();
        assertThat(world.all(IPAddress.KIND)).isEmpty();
        assertThat(world.told())
                .containsExactly("ClusterIPOutOfRange: Cluster IP [IPv4]: 192.168.1.1 is not within any configured"
                        + " Service CIDR; please recreate service");
    }

    @Test
    void whatOthersKeepIsTheirs() {
        start(1);
        IPAddress theirs = IPAddress.named(ADDRESS);
        world.api.create(
                IPAddress.KIND,
                theirs.withSpec(theirs.spec()
                        .withParentRef(ParentReference.EMPTY
                                .withGroup("gateway.networking.k8s.io")
                                .withResource("gateways")
                                .withNamespace("shop")
                                .withName("g"))));
        world.runtime.advance(Duration.ofHours(1));
        assertThat(world.all(IPAddress.KIND)).hasSize(1);
        assertThat(world.told()).isEmpty();

        world.api.create(Service.KIND, service("web", ADDRESS));
        soon();
        assertThat(parent().name()).as("but not the address of a Service").isEqualTo("web");
    }

    @Test
    void labelsThatSomebodyTookAwayComeBack() {
        start(1);
        world.api.create(Service.KIND, service("web", ADDRESS));
        keptFor("web");
        soon();
        world.change(
                IPAddress.KIND,
                IPAddress.named(ADDRESS),
                one -> one.withMetadata(one.metadata().withoutLabels()));
        soon();
        assertThat(world.the(IPAddress.KIND, "", ADDRESS).metadata().labels())
                .containsEntry("ipaddress.kubernetes.io/ip-family", "IPv4")
                .containsEntry("ipaddress.kubernetes.io/managed-by", "ipallocator.k8s.io");
    }
}
