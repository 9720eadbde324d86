package dev.jarbor.network.nft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.network.Cidr;
import dev.jarbor.network.Ipv4;
import dev.jarbor.network.host.HostCommand;
import dev.jarbor.network.service.Backend;
import dev.jarbor.network.service.Frontend;
import dev.jarbor.network.service.Pool;
import dev.jarbor.network.service.Protocol;
import dev.jarbor.network.service.Route;
import dev.jarbor.network.service.RuleApplier;
import dev.jarbor.network.service.RuleContract;
import dev.jarbor.network.service.RuleSet;
import dev.jarbor.testing.NeedsContainers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The contract in real kernels: each machine is a network namespace, each answer a real connection. */
@NeedsContainers
@TestInstance(Lifecycle.PER_CLASS)
class NftApplierTest extends RuleContract {
    private TestNetwork network;
    private NftApplier applier;

    @BeforeAll
    void build() throws IOException {
        network = new TestNetwork(NODE, OUTSIDE, GATEWAY, List.of(CLIENT, A, B), PORT);
        applier = new NftApplier(network.onNode("nft"), network.onNode("conntrack"));
    }

    @AfterAll
    void tearDown() {
        network.close();
    }

    @Override
    protected RuleApplier applier() {
        return applier;
    }

    @Override
    protected String connect(Ipv4 source, Frontend target) {
        return network.ask(source, target.protocol() + " " + target.address() + " " + target.port());
    }

    @Test
    void anyChangeLeadsToTheSameTableAsBeginningAnew() {
        HostCommand nft = network.onNode("nft");
        var random = new SplittableRandom(7);
        for (int round = 0; round < 60; round++) {
            RuleSet rules = RandomRules.next(random);
            applier.apply(rules);
            String changed =
                    nft.with("-s", "list", "table", "ip", "jarbor").run().output();
            if (round % 4 == 3) {
                var anew = new NftApplier(network.onNode("nft"), network.onNode("conntrack"));
                anew.apply(rules);
                assertThat(NftListing.sorted(changed))
                        .as("round %s", round)
                        .isEqualTo(NftListing.sorted(nft.with("-s", "list", "table", "ip", "jarbor")
                                .run()
                                .output()));
            }
        }
    }

    @Test
    void rulesThatAnotherProgramFlushedComeBack() {
        RuleSet rules = RandomRules.next(new SplittableRandom(1));
        applier.apply(rules);
        network.onNode("nft").with("flush", "ruleset").run();
        assertThat(applier.intact()).isFalse();
        applier.apply(rules);
        assertThat(applier.intact()).isTrue();
    }

    @Test
    void anAddressOnTheLoopbackInterfaceIsAnsweredByTheNodeForPods() {
        applier.apply(RuleSet.empty(Cidr.of("10.42.0.0/16")));
        HostCommand ip = network.onNode("ip");
        ip.with("address", "replace", "10.43.0.53/32", "dev", "lo", "scope", "host")
                .run();
        var own = new Frontend(Ipv4.of("10.43.0.53"), Protocol.TCP, PORT);
        assertThat(connect(CLIENT, own)).isEqualTo(NODE + " sees " + CLIENT);
        assertThat(connect(NODE, own)).startsWith(NODE + " sees ");
        ip.with("address", "del", "10.43.0.53/32", "dev", "lo").run();
    }

    @Test
    void withoutADefaultRouteARouteForServicesIsEnough() {
        var web = new Frontend(Ipv4.of("10.43.0.10"), Protocol.TCP, 80);
        var pool = new Pool(
                "shop/web/tcp/http", Protocol.TCP, Pool.Scope.CLUSTER, List.of(new Backend(A, PORT)), Duration.ZERO);
        applier.apply(new RuleSet(
                Cidr.of("10.42.0.0/16"),
                new TreeMap<>(Map.of(web, new Route.Internal(pool))),
                new TreeMap<>(),
                new TreeSet<>()));
        HostCommand ip = network.onNode("ip");
        ip.with("route", "del", "default").run();
        assertThat(connect(NODE, web)).contains("unreachable");
        ip.with("route", "replace", "10.43.0.0/16", "dev", "lo").run();
        assertThat(connect(NODE, web)).startsWith(A + " sees ");
        assertThat(connect(CLIENT, web)).isEqualTo(A + " sees " + CLIENT);
        ip.with("route", "del", "10.43.0.0/16", "dev", "lo").run();
        ip.with("route", "add", "default", "via", OUTSIDE.toString()).run();
    }
}
