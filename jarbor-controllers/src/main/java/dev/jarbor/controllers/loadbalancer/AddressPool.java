package dev.jarbor.controllers.loadbalancer;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Where the addresses of load balancers come from. */
public sealed interface AddressPool {
    /** Those of the nodes: every Service has the same ones, so no two of them may have the same port. */
    record OfNodes(Set<Integer> reserved) implements AddressPool {
        /** How many nodes are named at most. */
        public static final int MOST = 8;

        /** @param reserved ports that something else of the nodes needs */
        public OfNodes {
            reserved = Set.copyOf(reserved);
        }
    }

    /** Addresses that are led to the nodes: each Service has one of its own. */
    record Apart(List<String> addresses) implements AddressPool {
        /** How many addresses a pool has at most. */
        public static final int MOST = 4096;

        /** @throws IllegalArgumentException where there are none, or too many, or one is there twice */
        public Apart {
            addresses = List.copyOf(addresses);
            if (addresses.isEmpty() || addresses.size() > MOST) {
                throw new IllegalArgumentException("a pool has between 1 and " + MOST + " addresses");
            }
            if (new TreeSet<>(addresses).size() < addresses.size()) {
                throw new IllegalArgumentException("a pool names each address once");
            }
        }
    }
}
