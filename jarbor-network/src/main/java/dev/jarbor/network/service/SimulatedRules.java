package dev.jarbor.network.service;

import dev.jarbor.network.Cidr;
import dev.jarbor.network.Ipv4;
import dev.jarbor.runtime.Runtime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Rules in force on a simulated machine: says where a connection would go, by the same rules as the kernel. */
public final class SimulatedRules implements RuleApplier {
    private final Runtime runtime;
    private final List<Ipv4> machine;
    private final SortedMap<Memory, Seen> memories = new TreeMap<>();
    private boolean inForce;
    private RuleSet applied = RuleSet.empty(new Cidr(Ipv4.ANY, 32));

    /** Bounds what is remembered of clients. */
    static final int MOST_MEMORIES = 65_536;

    /** @param machine the machine's own addresses, beside those of the loopback network */
    public SimulatedRules(Runtime runtime, List<Ipv4> machine) {
        this.runtime = runtime;
        this.machine = List.copyOf(machine);
    }

    @Override
    public synchronized void apply(RuleSet rules) {
        applied = rules;
        inForce = true;
        memories.keySet().removeIf(memory -> !remembers(rules, memory));
    }

    @Override
    public synchronized boolean intact() {
        return inForce;
    }

    @Override
    public synchronized void remove() {
        inForce = false;
        memories.clear();
    }

    /** What is in force; absent before the first {@link #apply} and after {@link #remove}. */
    public synchronized Optional<RuleSet> rules() {
        return inForce ? Optional.of(applied) : Optional.empty();
    }

    /** Where a new connection from {@code source} to {@code target} ends. */
    public synchronized Outcome connect(Ipv4 source, Frontend target) {
        if (!inForce) {
            return new Outcome.Untouched();
        }
        RuleSet rules = applied;
        if (rules.allowedSources().containsKey(target)
                && rules.allowedSources().get(target).stream().noneMatch(block -> block.contains(source))) {
            return new Outcome.Dropped();
        }
        Optional<Route> route = Optional.ofNullable(rules.routes().get(target));
        if (route.isEmpty() && isLocal(target.address())) {
            route = Optional.ofNullable(rules.routes().get(new Frontend(Ipv4.ANY, target.protocol(), target.port())));
        }
        return route.map(found -> follow(found, source, rules))
                .orElseGet(() -> rules.clusterAddresses().contains(target.address())
                        ? new Outcome.Refused()
                        : new Outcome.Untouched());
    }

    private Outcome follow(Route route, Ipv4 source, RuleSet rules) {
        boolean fromPod = rules.pods().contains(source);
        return switch (route) {
            case Route.Internal internal -> choose(internal.pool(), source, !fromPod);
            case Route.External external -> choose(external.pool(), source, true);
            case Route.ExternalLocal both -> {
                boolean outside = !fromPod && !isLocal(source);
                if (!outside && !both.cluster().isEmpty()) {
                    yield choose(both.cluster(), source, !fromPod);
                }
                yield both.local().isEmpty() ? new Outcome.Dropped() : choose(both.local(), source, false);
            }
            case Route.HostPort host -> choose(host.pool(), source, source.isLoopback());
            case Route.Refused refused -> new Outcome.Refused();
            case Route.Dropped dropped -> new Outcome.Dropped();
        };
    }

    private Outcome choose(Pool pool, Ipv4 source, boolean masqueraded) {
        Backend backend = remembered(pool, source)
                .orElseGet(() -> pool.backends()
                        .get(runtime.random().nextInt(pool.backends().size())));
        if (pool.hasAffinity()) {
            memories.put(new Memory(pool.service(), source), new Seen(backend, runtime.now()));
            if (memories.size() > MOST_MEMORIES) {
                memories.remove(memories.firstKey());
            }
        }
        return new Outcome.Connected(backend, masqueraded || backend.address().equals(source));
    }

    private Optional<Backend> remembered(Pool pool, Ipv4 source) {
        return Optional.ofNullable(memories.get(new Memory(pool.service(), source)))
                .filter(seen -> pool.hasAffinity())
                .filter(seen -> seen.last.plus(pool.affinity()).isAfter(runtime.now()))
                .map(Seen::backend)
                .filter(pool.backends()::contains);
    }

    private static boolean remembers(RuleSet rules, Memory memory) {
        return rules.routes().values().stream()
                .flatMap(route -> route.pools().stream())
                .anyMatch(pool -> pool.hasAffinity() && pool.service().equals(memory.service));
    }

    private boolean isLocal(Ipv4 address) {
        return address.isLoopback() || machine.contains(address);
    }

    private record Memory(String service, Ipv4 client) implements Comparable<Memory> {
        @Override
        public int compareTo(Memory other) {
            int order = service.compareTo(other.service);
            return order != 0 ? order : client.compareTo(other.client);
        }
    }

    private record Seen(Backend backend, Instant last) {}

    /** What becomes of a connection. */
    public sealed interface Outcome {
        /**
         * It reaches {@code backend}.
         *
         * @param masqueraded whether the backend sees the node's address instead of the client's
         */
        record Connected(Backend backend, boolean masqueraded) implements Outcome {}

        /** The client hears at once that nobody listens. */
        record Refused() implements Outcome {}

        /** The client hears nothing. */
        record Dropped() implements Outcome {}

        /** No rule is about it: it goes where the routing table says. */
        record Untouched() implements Outcome {}
    }
}
