package dev.jarbor.cluster;

import dev.jarbor.controllers.loadbalancer.AddressPool;
import dev.jarbor.network.Cidr;
import dev.jarbor.network.Ipv4;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where Services of type LoadBalancer get their addresses: what {@code --load-balancer-pool} says. */
public final class LoadBalancerPool {
    private LoadBalancerPool() {}

    /**
     * Reads addresses, ranges and networks, separated by commas, such as {@code 192.0.2.16/28,192.0.2.40-192.0.2.49}. Of a
     * network of more than two addresses the first and the last are left out.
     *
     * @throws CannotStart for anything else, and for more than a pool holds
     */
    public static List<String> parse(String text) {
        var addresses = new ArrayList<String>();
        for (String part : text.split(",", -1)) {
            List<String> some = network(part.strip())
                    .or(() -> range(part.strip()))
                    .orElseThrow(() -> new CannotStart("--load-balancer-pool " + text
                            + ": expected addresses (192.0.2.7), ranges (192.0.2.40-192.0.2.49) or networks"
                            + " (192.0.2.16/28), each part with at most " + AddressPool.Apart.MOST + " addresses"));
            addresses.addAll(some);
        }
        List<String> distinct = addresses.stream().distinct().toList();
        if (distinct.size() > AddressPool.Apart.MOST) {
            throw new CannotStart("--load-balancer-pool " + text + ": " + distinct.size()
                    + " addresses; a pool has at most " + AddressPool.Apart.MOST);
        }
        return distinct;
    }

    private static Optional<List<String>> network(String text) {
        return text.contains("/") ? Cidr.parse(text).flatMap(LoadBalancerPool::inside) : Optional.empty();
    }

    private static Optional<List<String>> inside(Cidr network) {
        long size = 1L << (32 - network.prefix());
        boolean whole = size <= 2;
        return between(network.first().bits() + (whole ? 0 : 1), whole ? size : size - 2);
    }

    private static Optional<List<String>> range(String text) {
        int dash = text.indexOf('-');
        Optional<Ipv4> first =
                Ipv4.parse(dash < 0 ? text : text.substring(0, dash).strip());
        Optional<Ipv4> last =
                Ipv4.parse(dash < 0 ? text : text.substring(dash + 1).strip());
        if (first.isEmpty() || last.isEmpty()) {
            return Optional.empty();
        }
        long size = Integer.toUnsignedLong(last.get().bits())
                - Integer.toUnsignedLong(first.get().bits())
                + 1;
        return between(first.get().bits(), size);
    }

    private static Optional<List<String>> between(int first, long size) {
        if (size < 1 || size > AddressPool.Apart.MOST) {
            return Optional.empty();
        }
        var addresses = new ArrayList<String>();
        for (int i = 0; i < size; i++) {
            addresses.add(new Ipv4(first + i).toString());
        }
        return Optional.of(addresses);
    }

    /** @param apiPort what the nodes need for themselves */
    static AddressPool of(List<String> addresses, int apiPort) {
        return addresses.isEmpty() ? new AddressPool.OfNodes(Set.of(apiPort)) : new AddressPool.Apart(addresses);
    }
}
