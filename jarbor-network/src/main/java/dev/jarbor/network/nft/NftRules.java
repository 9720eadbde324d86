package dev.jarbor.network.nft;

import dev.jarbor.network.Cidr;
import dev.jarbor.network.service.Backend;
import dev.jarbor.network.service.Frontend;
import dev.jarbor.network.service.Pool;
import dev.jarbor.network.service.Pool.Scope;
import dev.jarbor.network.service.Route;
import dev.jarbor.network.service.RuleSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Says a {@link RuleSet} in nftables. A new connection costs two or three map look-ups however many Services there are:
 * the frontend's element in {@link #ADDRESSES} or {@link #PORTS} leads to the chain of its route ({@code int/…}, {@code
 * ext/…}, {@code host/…}), that to the chain of a pool ({@code svc/…}, {@code local/…}), that by chance or by memory to
 * the chain of a backend ({@code ep/…}), which translates the destination.
 */
final class NftRules {
    static final String ADDRESSES = "service_ips";
    static final String PORTS = "node_ports";
    static final String CLOSED_ADDRESSES = "closed_ips";
    static final String CLOSED_PORTS = "closed_ports";
    static final String GUARDED = "guarded_ips";
    static final String CLUSTER_ADDRESSES = "cluster_ips";

    /** Kubernetes' own mark for packets to masquerade: 1 shifted by kube-proxy's default bit, 14. */
    static final String MASQUERADE = "meta mark set meta mark | 0x4000";

    private final Cidr pods;
    private final SortedMap<String, List<String>> chains = new TreeMap<>();
    private final SortedMap<String, SortedMap<String, String>> maps = new TreeMap<>();
    private final SortedMap<String, Duration> memories = new TreeMap<>();

    private NftRules(Cidr pods) {
        this.pods = pods;
        List.of(ADDRESSES, PORTS, CLOSED_ADDRESSES, CLOSED_PORTS, GUARDED, CLUSTER_ADDRESSES)
                .forEach(name -> maps.put(name, new TreeMap<>()));
    }

    static NftTable of(RuleSet rules) {
        var nft = new NftRules(rules.pods());
        rules.routes().forEach(nft::route);
        rules.allowedSources().forEach(nft::guard);
        rules.clusterAddresses().forEach(address -> nft.element(CLUSTER_ADDRESSES, address.toString(), ""));
        return new NftTable(nft.chains, nft.maps, nft.memories);
    }

    private void route(Frontend frontend, Route route) {
        switch (route) {
            case Route.Internal internal ->
                open(
                        frontend,
                        chain("int", internal.pool(), "ip saddr != " + pods + " " + MASQUERADE, to(internal.pool())));
            case Route.External external ->
                open(frontend, chain("ext", external.pool(), MASQUERADE, to(external.pool())));
            case Route.ExternalLocal both -> {
                open(frontend, externalLocal(both));
                if (both.local().isEmpty()) {
                    // Whom the chain did not send on is an outside client, still on the way to the frontend itself.
                    close(frontend, "drop");
                }
            }
            case Route.HostPort host ->
                open(frontend, chain("host", host.pool(), "ip saddr 127.0.0.0/8 " + MASQUERADE, to(host.pool())));
            case Route.Refused refused -> close(frontend, "goto refuse");
            case Route.Dropped dropped -> close(frontend, "drop");
        }
    }

    private String externalLocal(Route.ExternalLocal both) {
        var rules = new ArrayList<String>();
        if (!both.cluster().isEmpty()) {
            rules.add("ip saddr " + pods + " " + to(both.cluster()));
            rules.add("fib saddr type local " + MASQUERADE);
            rules.add("fib saddr type local " + to(both.cluster()));
        }
        if (!both.local().isEmpty()) {
            rules.add(to(both.local()));
        }
        return chain("ext", both.local(), rules.toArray(String[]::new));
    }

    private void open(Frontend frontend, String chain) {
        if (frontend.address().isAny()) {
            element(PORTS, port(frontend), "goto " + chain);
        } else {
            element(ADDRESSES, address(frontend), "goto " + chain);
        }
    }

    private void close(Frontend frontend, String verdict) {
        if (frontend.address().isAny()) {
            element(CLOSED_PORTS, port(frontend), verdict);
        } else {
            element(CLOSED_ADDRESSES, address(frontend), verdict);
        }
    }

    private void guard(Frontend frontend, List<Cidr> allowed) {
        String chain = "guard/" + frontend.address() + "/" + frontend.protocol() + "/" + frontend.port();
        var rules = new ArrayList<String>();
        allowed.stream().distinct().sorted().forEach(block -> rules.add("ip saddr " + block + " return"));
        rules.add("drop");
        chains.put(chain, List.copyOf(rules));
        element(GUARDED, address(frontend), "goto " + chain);
    }

    /** The rule that goes to {@code pool}; makes its chain. */
    private String to(Pool pool) {
        String chain = name(pool.scope() == Scope.CLUSTER ? "svc" : "local", pool.service());
        if (!chains.containsKey(chain)) {
            var rules = new ArrayList<String>();
            var choices = new ArrayList<String>();
            for (Backend backend : pool.backends()) {
                String end = backend(pool, backend);
                if (pool.hasAffinity()) {
                    rules.add("ip saddr @" + memory(pool, backend) + " goto " + end);
                }
                choices.add(choices.size() + " : goto " + end);
            }
            rules.add(
                    choices.size() == 1
                            ? choices.getFirst().substring("0 : ".length())
                            : "numgen random mod " + choices.size() + " vmap { " + String.join(", ", choices) + " }");
            chains.put(chain, List.copyOf(rules));
        }
        return "goto " + chain;
    }

    private String backend(Pool pool, Backend backend) {
        String chain = name("ep", pool.service() + "/" + backend.address() + "/" + backend.port());
        var rules = new ArrayList<String>();
        rules.add("ip saddr " + backend.address() + " " + MASQUERADE);
        if (pool.hasAffinity()) {
            memories.put(memory(pool, backend), pool.affinity());
            rules.add("update @" + memory(pool, backend) + " { ip saddr }");
        }
        rules.add("meta l4proto " + pool.protocol() + " dnat to " + backend);
        chains.put(chain, List.copyOf(rules));
        return chain;
    }

    private static String memory(Pool pool, Backend backend) {
        return name("seen", pool.service() + "/" + backend.address() + "/" + backend.port());
    }

    private String chain(String kind, Pool pool, String... rules) {
        String name = name(kind, pool.service());
        chains.put(name, List.of(rules));
        return name;
    }

    private void element(String map, String key, String verdict) {
        maps.computeIfAbsent(map, name -> new TreeMap<>()).put(key, verdict);
    }

    private static String address(Frontend frontend) {
        return frontend.address() + " . " + port(frontend);
    }

    private static String port(Frontend frontend) {
        return frontend.protocol() + " . " + frontend.port();
    }

    /** Object names are DNS labels, which nftables takes; a server that lets others pass cannot write rules with them. */
    private static String name(String kind, String service) {
        return service.chars()
                .mapToObj(c -> Character.toString(
                        c < 128 && (Character.isLetterOrDigit(c) || "/.-".indexOf(c) >= 0) ? c : '_'))
                .collect(Collectors.joining("", kind + "/", ""));
    }
}
