package dev.jarbor.network.nft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.network.Cidr;
import dev.jarbor.network.Ipv4;
import dev.jarbor.network.service.Backend;
import dev.jarbor.network.service.Frontend;
import dev.jarbor.network.service.Pool;
import dev.jarbor.network.service.Protocol;
import dev.jarbor.network.service.Route;
import dev.jarbor.network.service.RuleSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StaleFlowsTest {
    private static RuleSet rules(Protocol protocol, String address, Route route) {
        var routes = new TreeMap<Frontend, Route>(
                Map.of(new Frontend(Ipv4.of(address), protocol, address.equals("0.0.0.0") ? 30053 : 53), route));
        return new RuleSet(Cidr.of("10.42.0.0/16"), routes, new TreeMap<>(), new TreeSet<>());
    }

    private static Route to(Protocol protocol, String... backends) {
        return new Route.Internal(new Pool(
                "shop/dns/" + protocol + "/dns",
                protocol,
                Pool.Scope.CLUSTER,
                Stream.of(backends).map(each -> new Backend(Ipv4.of(each), 53)).toList(),
                Duration.ZERO));
    }

    private static List<String> between(RuleSet before, RuleSet after) {
        return StaleFlows.between(before, after).stream()
                .map(words -> String.join(" ", words))
                .toList();
    }

    @Test
    void flowsToABackendThatIsGoneAreForgottenAndOthersStay() {
        assertThat(between(
                        rules(Protocol.UDP, "10.43.0.10", to(Protocol.UDP, "10.42.0.8", "10.42.0.9")),
                        rules(Protocol.UDP, "10.43.0.10", to(Protocol.UDP, "10.42.0.9", "10.42.0.10"))))
                .containsExactly("-D -p udp --orig-port-dst 53 --orig-dst 10.43.0.10 --dst-nat 10.42.0.8");
    }

    @Test
    void flowsThatBeganBeforeThereWasABackendAreForgotten() {
        assertThat(between(
                        rules(Protocol.UDP, "0.0.0.0", new Route.Refused()),
                        rules(Protocol.UDP, "0.0.0.0", to(Protocol.UDP, "10.42.0.9"))))
                .containsExactly("-D -p udp --orig-port-dst 30053");
    }

    @Test
    void tcpConnectionsEndByThemselves() {
        assertThat(between(
                        rules(Protocol.TCP, "10.43.0.10", to(Protocol.TCP, "10.42.0.8")),
                        rules(Protocol.TCP, "10.43.0.10", to(Protocol.TCP, "10.42.0.9"))))
                .isEmpty();
    }
}
