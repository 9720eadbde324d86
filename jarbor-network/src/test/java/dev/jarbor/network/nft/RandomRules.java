package dev.jarbor.network.nft;

import dev.jarbor.network.Cidr;
import dev.jarbor.network.Ipv4;
import dev.jarbor.network.service.Backend;
import dev.jarbor.network.service.Frontend;
import dev.jarbor.network.service.Pool;
import dev.jarbor.network.service.Pool.Scope;
import dev.jarbor.network.service.Protocol;
import dev.jarbor.network.service.Route;
import dev.jarbor.network.service.RuleSet;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Rule sets that differ from each other in every way, small enough to often share parts. */
final class RandomRules {
    private RandomRules() {}

    static RuleSet next(SplittableRandom random) {
        var routes = new TreeMap<Frontend, Route>();
        var allowed = new TreeMap<Frontend, List<Cidr>>();
        var addresses = new TreeSet<Ipv4>();
        for (int service = 0; service < 6; service++) {
            if (random.nextInt(3) == 0) {
                continue;
            }
            Protocol protocol =
                    List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP).get(service % 3);
            Ipv4 address = new Ipv4(Ipv4.of("10.43.0.0").bits() + service);
            Duration affinity = Duration.ofSeconds(random.nextInt(3) * 60L);
            String name = "shop/s" + service + "/" + protocol + "/80";
            Pool cluster = pool(random, name, protocol, Scope.CLUSTER, affinity);
            Pool local = pool(random, name, protocol, Scope.LOCAL, affinity);
            addresses.add(address);
            routes.put(
                    new Frontend(address, protocol, 80),
                    cluster.isEmpty() ? new Route.Refused() : new Route.Internal(cluster));
            Route external = cluster.isEmpty()
                    ? new Route.Dropped()
                    : random.nextBoolean() ? new Route.External(cluster) : new Route.ExternalLocal(cluster, local);
            routes.put(new Frontend(Ipv4.ANY, protocol, 30_000 + service), external);
            var balancer = new Frontend(Ipv4.of("203.0.113." + service), protocol, 80);
            routes.put(balancer, external);
            if (random.nextBoolean()) {
                allowed.put(balancer, List.of(new Cidr(new Ipv4(random.nextInt()), 8 + random.nextInt(3))));
            }
        }
        return new RuleSet(Cidr.of("10.42.0.0/16"), routes, allowed, addresses);
    }

    private static Pool pool(SplittableRandom random, String name, Protocol protocol, Scope scope, Duration affinity) {
        return new Pool(
                name,
                protocol,
                scope,
                IntStream.range(0, 4)
                        .filter(each -> random.nextBoolean())
                        .mapToObj(each -> new Backend(Ipv4.of("10.42.0." + (each + 2)), 8080))
                        .toList(),
                affinity);
    }
}
