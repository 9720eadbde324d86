package dev.jarbor.network.nft;

import dev.jarbor.network.Cidr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Scripts for {@code nft -f}: each is one transaction that takes hold whole or not at all. */
final class NftScript {
    static final String TABLE = "ip jarbor";

    /** A set without elements, whose presence says that the table is ours and whole. */
    static final String MARK = "by_jarbor";

    private static final String SOCKET = "ipv4_addr . inet_proto . inet_service";
    private static final int ELEMENTS_A_LINE = 200;

    private final StringBuilder script = new StringBuilder();

    private NftScript() {}

    /** Replaces whatever the table holds. */
    static String replace(Cidr pods, NftTable wanted) {
        var nft = new NftScript();
        nft.line("add table " + TABLE);
        nft.line("delete table " + TABLE);
        nft.script.append(base(pods));
        nft.difference(new NftTable(emptied(), emptied(), emptied()), wanted);
        return nft.script.toString();
    }

    /** Turns a table that holds {@code present} into one that holds {@code wanted}; "" when there is nothing to do. */
    static String change(NftTable present, NftTable wanted) {
        var nft = new NftScript();
        nft.difference(present, wanted);
        return nft.script.toString();
    }

    static String remove() {
        return "add table " + TABLE + "\ndelete table " + TABLE + "\n";
    }

    /**
     * What new chains need comes first, what nothing refers to any more goes last: the kernel checks each step of a
     * transaction by itself.
     */
    private void difference(NftTable present, NftTable wanted) {
        List<String> forgotten = new ArrayList<>();
        present.memories().forEach((name, time) -> {
            if (!time.equals(wanted.memories().get(name))) {
                forgotten.add(name);
            }
        });
        List<String> leaving = missing(present.chains(), wanted.chains());
        // A memory whose time changes must go and come again, so the chains that use it are written anew.
        boolean timesChange =
                forgotten.stream().anyMatch(name -> wanted.memories().containsKey(name));

        missing(wanted.chains(), present.chains()).forEach(name -> line("add chain " + TABLE + " " + name));
        wanted.maps()
                .forEach((name, elements) -> elements(name, present.maps().getOrDefault(name, emptied()), elements));
        leaving.forEach(name -> line("flush chain " + TABLE + " " + name));
        var rewritten = changed(present, wanted, timesChange);
        rewritten.forEach((name, rules) -> {
            if (present.chains().containsKey(name)) {
                line("flush chain " + TABLE + " " + name);
            }
        });
        forgotten.forEach(name -> line("delete set " + TABLE + " " + name));
        wanted.memories().forEach((name, time) -> {
            if (!time.equals(present.memories().get(name))) {
                line("add set " + TABLE + " " + name + " { type ipv4_addr; flags dynamic,timeout; timeout "
                        + time.toSeconds() + "s; }");
            }
        });
        rewritten.forEach((name, rules) -> rules.forEach(rule -> line("add rule " + TABLE + " " + name + " " + rule)));
        leaving.forEach(name -> line("delete chain " + TABLE + " " + name));
    }

    private static SortedMap<String, List<String>> changed(NftTable present, NftTable wanted, boolean all) {
        return wanted.chains().entrySet().stream()
                .filter(chain -> !chain.getValue().equals(present.chains().get(chain.getKey()))
                        || (all && chain.getValue().stream().anyMatch(rule -> rule.contains(" @"))))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, TreeMap::new));
    }

    private void elements(String map, SortedMap<String, String> present, SortedMap<String, String> wanted) {
        var out = new ArrayList<String>();
        var in = new ArrayList<String>();
        BiConsumer<String, String> leaves = (key, verdict) -> {
            if (!verdict.equals(wanted.get(key))) {
                out.add(key);
            }
        };
        BiConsumer<String, String> comes = (key, verdict) -> {
            if (!verdict.equals(present.get(key))) {
                in.add(verdict.isEmpty() ? key : key + " : " + verdict);
            }
        };
        present.forEach(leaves);
        wanted.forEach(comes);
        elements("delete element", map, out);
        elements("add element", map, in);
    }

    private void elements(String verb, String map, List<String> elements) {
        for (int from = 0; from < elements.size(); from += ELEMENTS_A_LINE) {
            var some = elements.subList(from, Math.min(from + ELEMENTS_A_LINE, elements.size()));
            line(verb + " " + TABLE + " " + map + " { " + String.join(", ", some) + " }");
        }
    }

    private static <T> List<String> missing(SortedMap<String, T> from, SortedMap<String, T> to) {
        return from.keySet().stream().filter(name -> !to.containsKey(name)).toList();
    }

    private static <T> SortedMap<String, T> emptied() {
        return Collections.emptySortedMap();
    }

    private void line(String command) {
        script.append(command).append('\n');
    }

    /**
     * The frame: where the kernel's path meets our maps. {@code loopback} closes what {@code route_localnet} opens (node
     * ports on 127.0.0.1 need it): no packet from outside may name a loopback address. Closed frontends are answered in
     * the filter hooks, where a packet still has its first destination only if no route took it.
     */
    private static String base(Cidr pods) {
        return """
                table %s {
                  map service_ips { type %s : verdict; }
                  map node_ports { type inet_proto . inet_service : verdict; }
                  map closed_ips { type %s : verdict; }
                  map closed_ports { type inet_proto . inet_service : verdict; }
                  map guarded_ips { type %s : verdict; }
                  set cluster_ips { type ipv4_addr; }
                  set %s { type ipv4_addr; }
                  chain loopback {
                    type filter hook prerouting priority raw; policy accept;
                    iifname != "lo" ip daddr 127.0.0.0/8 drop
                  }
                  chain guards {
                    type filter hook prerouting priority -110; policy accept;
                    ct state new ip daddr . meta l4proto . th dport vmap @guarded_ips
                  }
                  chain services {
                    ip daddr . meta l4proto . th dport vmap @service_ips
                    fib daddr type local meta l4proto . th dport vmap @node_ports
                  }
                  chain prerouting {
                    type nat hook prerouting priority dstnat; policy accept;
                    jump services
                  }
                  chain output {
                    type nat hook output priority -100; policy accept;
                    jump services
                  }
                  chain postrouting {
                    type nat hook postrouting priority srcnat; policy accept;
                    meta mark & 0x4000 == 0x4000 meta mark set meta mark & 0xffffbfff masquerade fully-random
                    ip saddr %s ip daddr != %s masquerade fully-random
                  }
                  chain refuse {
                    meta l4proto tcp reject with tcp reset
                    reject
                  }
                  chain closed {
                    ip daddr . meta l4proto . th dport vmap @closed_ips
                    fib daddr type local meta l4proto . th dport vmap @closed_ports
                    ip daddr @cluster_ips goto refuse
                  }
                  chain input {
                    type filter hook input priority filter; policy accept;
                    ct state new jump closed
                  }
                  chain forward {
                    type filter hook forward priority filter; policy accept;
                    ct state new jump closed
                  }
                  chain filter_output {
                    type filter hook output priority filter; policy accept;
                    ct state new jump closed
                  }
                }
                """.formatted(TABLE, SOCKET, SOCKET, SOCKET, MARK, pods, pods);
    }
}
