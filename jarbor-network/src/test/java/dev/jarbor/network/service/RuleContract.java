package dev.jarbor.network.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.network.Cidr;
import dev.jarbor.network.Ipv4;
import dev.jarbor.network.service.Pool.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link RuleApplier} does to connections, seen from the machines that make and take them. */
public abstract class RuleContract {
    /** Three pods, the node they run on, and a machine beside it. */
    protected static final Ipv4 CLIENT = Ipv4.of("10.42.0.7");

    protected static final Ipv4 A = Ipv4.of("10.42.0.8");
    protected static final Ipv4 B = Ipv4.of("10.42.0.9");
    protected static final Ipv4 NODE = Ipv4.of("192.0.2.2");
    protected static final Ipv4 OUTSIDE = Ipv4.of("192.0.2.9");

    /** What pods see instead of masqueraded clients. */
    protected static final Ipv4 GATEWAY = Ipv4.of("10.42.0.1");

    protected static final int PORT = 8080;

    private static final Cidr PODS = Cidr.of("10.42.0.0/16");

    private final SortedMap<Frontend, Route> routes = new TreeMap<>();
    private final SortedMap<Frontend, List<Cidr>> allowed = new TreeMap<>();
    private final SortedSet<Ipv4> clusterAddresses = new TreeSet<>();

    protected abstract RuleApplier applier();

    /**
     * Connects from {@code source}, says something, and tells who answered and whom that one saw: {@code "10.42.0.8 sees
     * 10.42.0.7"}, with {@link #GATEWAY} for masqueraded clients and for the node; else {@code "refused"} or {@code
     * "dropped"}.
     */
    protected abstract String connect(Ipv4 source, Frontend target);

    @BeforeEach
    void nothingInForce() {
        applier().remove();
        routes.clear();
        allowed.clear();
        clusterAddresses.clear();
    }

    private static Frontend tcp(String address, int port) {
        return new Frontend(Ipv4.of(address), Protocol.TCP, port);
    }

    private static Pool pool(Protocol protocol, Scope scope, Duration affinity, Ipv4... backends) {
        return new Pool(
                "shop/web/" + protocol + "/http",
                protocol,
                scope,
                Stream.of(backends).map(each -> new Backend(each, PORT)).toList(),
                affinity);
    }

    private static Pool cluster(Ipv4... backends) {
        return pool(Protocol.TCP, Scope.CLUSTER, Duration.ZERO, backends);
    }

    private static Pool local(Ipv4... backends) {
        return pool(Protocol.TCP, Scope.LOCAL, Duration.ZERO, backends);
    }

    private void apply(Frontend frontend, Route route) {
        routes.put(frontend, route);
        apply();
    }

    private void apply() {
        applier().apply(new RuleSet(PODS, routes, allowed, clusterAddresses));
    }

    @Test
    void aPodReachesAnEndpointThroughTheClusterAddressAndIsSeenAsItself() {
        apply(tcp("10.43.0.10", 80), new Route.Internal(cluster(A)));
        assertThat(connect(CLIENT, tcp("10.43.0.10", 80))).isEqualTo("10.42.0.8 sees 10.42.0.7");
    }

    @Test
    void aPodReachesItselfThroughItsService() {
        apply(tcp("10.43.0.10", 80), new Route.Internal(cluster(A)));
        assertThat(connect(A, tcp("10.43.0.10", 80))).isEqualTo("10.42.0.8 sees 10.42.0.1");
    }

    @Test
    void theNodeReachesTheClusterAddress() {
        apply(tcp("10.43.0.10", 80), new Route.Internal(cluster(B)));
        assertThat(connect(NODE, tcp("10.43.0.10", 80))).isEqualTo("10.42.0.9 sees 10.42.0.1");
    }

    @Test
    void aMachineOutsideIsMasqueradedOnItsWayToTheClusterAddress() {
        apply(tcp("10.43.0.10", 80), new Route.Internal(cluster(B)));
        assertThat(connect(OUTSIDE, tcp("10.43.0.10", 80))).isEqualTo("10.42.0.9 sees 10.42.0.1");
    }

    @Test
    void connectionsAreSharedAmongAllEndpoints() {
        apply(tcp("10.43.0.10", 80), new Route.Internal(cluster(A, B)));
        assertThat(connect(CLIENT, tcp("10.43.0.10", 80), 40))
                .containsExactlyInAnyOrder("10.42.0.8 sees 10.42.0.7", "10.42.0.9 sees 10.42.0.7");
    }

    @Test
    void withAffinityAClientStaysWithItsEndpointAsLongAsThatIsThere() {
        var sticky = pool(Protocol.TCP, Scope.CLUSTER, Duration.ofHours(3), A, B);
        apply(tcp("10.43.0.10", 80), new Route.Internal(sticky));
        assertThat(connect(CLIENT, tcp("10.43.0.10", 80), 20)).hasSize(1);
        apply(tcp("10.43.0.10", 80), new Route.Internal(pool(Protocol.TCP, Scope.CLUSTER, Duration.ofHours(3), B)));
        assertThat(connect(CLIENT, tcp("10.43.0.10", 80), 5)).containsExactly("10.42.0.9 sees 10.42.0.7");
        apply(tcp("10.43.0.10", 80), new Route.Internal(sticky));
        assertThat(connect(CLIENT, tcp("10.43.0.10", 80), 20)).containsExactly("10.42.0.9 sees 10.42.0.7");
    }

    @Test
    void aNodePortIsOpenOnEveryAddressOfTheNode() {
        apply(new Frontend(Ipv4.ANY, Protocol.TCP, 30080), new Route.External(cluster(A)));
        assertThat(connect(OUTSIDE, tcp("192.0.2.2", 30080))).isEqualTo("10.42.0.8 sees 10.42.0.1");
        assertThat(connect(CLIENT, tcp("192.0.2.2", 30080))).isEqualTo("10.42.0.8 sees 10.42.0.1");
        assertThat(connect(NODE, tcp("192.0.2.2", 30080))).isEqualTo("10.42.0.8 sees 10.42.0.1");
        assertThat(connect(NODE, tcp("127.0.0.1", 30080))).isEqualTo("10.42.0.8 sees 10.42.0.1");
    }

    @Test
    void withTheLocalPolicyOutsideClientsKeepTheirAddressAndStayOnTheNode() {
        apply(new Frontend(Ipv4.ANY, Protocol.TCP, 30080), new Route.ExternalLocal(cluster(A, B), local(A)));
        assertThat(connect(OUTSIDE, tcp("192.0.2.2", 30080), 10)).containsExactly("10.42.0.8 sees 192.0.2.9");
        assertThat(connect(CLIENT, tcp("192.0.2.2", 30080), 40)).hasSize(2);
        assertThat(connect(NODE, tcp("192.0.2.2", 30080), 40)).hasSize(2);
    }

    @Test
    void withTheLocalPolicyAndNoEndpointHereOnlyOutsideClientsAreDropped() {
        apply(new Frontend(Ipv4.ANY, Protocol.TCP, 30080), new Route.ExternalLocal(cluster(B), local()));
        assertThat(connect(OUTSIDE, tcp("192.0.2.2", 30080))).isEqualTo("dropped");
        assertThat(connect(CLIENT, tcp("192.0.2.2", 30080))).isEqualTo("10.42.0.9 sees 10.42.0.7");
        assertThat(connect(NODE, tcp("192.0.2.2", 30080))).isEqualTo("10.42.0.9 sees 10.42.0.1");
    }

    @Test
    void aServiceWithoutEndpointsRefusesAtOnce() {
        routes.put(new Frontend(Ipv4.ANY, Protocol.TCP, 30080), new Route.Refused());
        routes.put(new Frontend(Ipv4.of("10.43.0.10"), Protocol.UDP, 53), new Route.Refused());
        apply(tcp("10.43.0.10", 80), new Route.Refused());
        assertThat(connect(CLIENT, tcp("10.43.0.10", 80))).isEqualTo("refused");
        assertThat(connect(NODE, tcp("10.43.0.10", 80))).isEqualTo("refused");
        assertThat(connect(OUTSIDE, tcp("192.0.2.2", 30080))).isEqualTo("refused");
        assertThat(connect(CLIENT, new Frontend(Ipv4.of("10.43.0.10"), Protocol.UDP, 53)))
                .isEqualTo("refused");
    }

    @Test
    void aDroppedFrontendNeverAnswers() {
        apply(tcp("10.43.0.10", 80), new Route.Dropped());
        assertThat(connect(CLIENT, tcp("10.43.0.10", 80))).isEqualTo("dropped");
        assertThat(connect(NODE, tcp("10.43.0.10", 80))).isEqualTo("dropped");
    }

    @Test
    void aPortThatAServiceDoesNotHaveIsRefusedOnItsClusterAddress() {
        clusterAddresses.add(Ipv4.of("10.43.0.10"));
        apply(tcp("10.43.0.10", 80), new Route.Internal(cluster(A)));
        assertThat(connect(CLIENT, tcp("10.43.0.10", 81))).isEqualTo("refused");
        assertThat(connect(CLIENT, tcp("10.43.0.10", 80))).isEqualTo("10.42.0.8 sees 10.42.0.7");
    }

    @Test
    void anExternalAddressWorksLikeANodePort() {
        apply(tcp("203.0.113.5", 80), new Route.External(cluster(A)));
        assertThat(connect(OUTSIDE, tcp("203.0.113.5", 80))).isEqualTo("10.42.0.8 sees 10.42.0.1");
    }

    @Test
    void onlyAllowedSourcesUseAGuardedFrontend() {
        allowed.put(tcp("203.0.113.5", 80), List.of(Cidr.of("10.42.0.7/32"), Cidr.of("198.51.100.0/24")));
        apply(tcp("203.0.113.5", 80), new Route.External(cluster(A)));
        assertThat(connect(OUTSIDE, tcp("203.0.113.5", 80))).isEqualTo("dropped");
        assertThat(connect(CLIENT, tcp("203.0.113.5", 80))).isEqualTo("10.42.0.8 sees 10.42.0.1");
    }

    @Test
    void aHostPortLeadsToItsPod() {
        apply(new Frontend(Ipv4.ANY, Protocol.TCP, 8443), new Route.HostPort(local(B)));
        assertThat(connect(OUTSIDE, tcp("192.0.2.2", 8443))).isEqualTo("10.42.0.9 sees 192.0.2.9");
        assertThat(connect(CLIENT, tcp("192.0.2.2", 8443))).isEqualTo("10.42.0.9 sees 10.42.0.7");
        assertThat(connect(NODE, tcp("127.0.0.1", 8443))).isEqualTo("10.42.0.9 sees 10.42.0.1");
    }

    @Test
    void udpIsTranslatedAndMovesToTheNextEndpointWithTheRules() {
        var dns = new Frontend(Ipv4.of("10.43.0.10"), Protocol.UDP, 53);
        apply(dns, new Route.Internal(pool(Protocol.UDP, Scope.CLUSTER, Duration.ZERO, A)));
        assertThat(connect(CLIENT, dns)).isEqualTo("10.42.0.8 sees 10.42.0.7");
        apply(dns, new Route.Internal(pool(Protocol.UDP, Scope.CLUSTER, Duration.ZERO, B)));
        assertThat(connect(CLIENT, dns)).isEqualTo("10.42.0.9 sees 10.42.0.7");
    }

    @Test
    void whatIsRemovedIsNoLongerInForce() {
        clusterAddresses.add(Ipv4.of("10.43.0.10"));
        apply(tcp("10.43.0.10", 80), new Route.Internal(cluster(A)));
        assertThat(applier().intact()).isTrue();
        applier().remove();
        assertThat(applier().intact()).isFalse();
        applier().remove();
        apply();
        assertThat(connect(CLIENT, tcp("10.43.0.10", 80))).isEqualTo("10.42.0.8 sees 10.42.0.7");
    }

    private Set<String> connect(Ipv4 source, Frontend target, int times) {
        var heard = new TreeSet<String>();
        IntStream.range(0, times).forEach(time -> heard.add(connect(source, target)));
        return heard;
    }
}
