package dev.jarbor.network.service;

import dev.jarbor.network.Cidr;
import dev.jarbor.network.Ipv4;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything one node does for Services, as a value: equal rule sets do the same to every packet.
 *
 * @param pods the addresses of all pods of the cluster; what they send out of it is masqueraded
 * @param routes where new connections go
 * @param allowedSources the only clients that may use a frontend; frontends without an entry are open
 * @param clusterAddresses the cluster addresses of Services: on ports that have no route they refuse
 */
public record RuleSet(
        Cidr pods,
        SortedMap<Frontend, Route> routes,
        SortedMap<Frontend, List<Cidr>> allowedSources,
        SortedSet<Ipv4> clusterAddresses) {
    public RuleSet {
        routes = Collections.unmodifiableSortedMap(new TreeMap<>(routes));
        allowedSources = Collections.unmodifiableSortedMap(new TreeMap<>(allowedSources));
        clusterAddresses = Collections.unmodifiableSortedSet(new TreeSet<>(clusterAddresses));
        requireOneMeaning(routes);
    }

    /** A pool's name stands for the pool in the kernel: it may not stand for two. */
    private static void requireOneMeaning(SortedMap<Frontend, Route> routes) {
        var known = new HashMap<PoolName, Pool>();
        for (Route route : routes.values()) {
            for (Pool pool : route.pools()) {
                Pool other = known.putIfAbsent(new PoolName(pool.service(), pool.scope()), pool);
                if (other != null && !other.equals(pool)) {
                    throw new IllegalArgumentException("two different pools of " + pool.service());
                }
            }
        }
    }

    private record PoolName(String service, Pool.Scope scope) {}

    /** Only what pods need to reach the world. */
    public static RuleSet empty(Cidr pods) {
        return new RuleSet(pods, new TreeMap<>(), new TreeMap<>(), new TreeSet<>());
    }
}
