package dev.jarbor.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The modules and libraries, and who may see whom: the picture of ARCHITECTURE.md as a table. */
final class House {
    /** Module (the name after {@code jarbor-}, and the package after {@code dev.jarbor.}) to the modules it may see. */
    static final Map<String, Set<String>> SEES = sees();

    /** The root package of a library to the modules that own it; everyone may see the nullness annotations. */
    private static final Map<String, Set<String>> LIBRARIES = new TreeMap<>(Map.ofEntries(
            Map.entry("com.fasterxml.jackson.core", Set.of("api")),
            Map.entry("org.snakeyaml.engine", Set.of("api")),
            // The server, and who saves a snapshot, read the maps that the store hands out.
            Map.entry("org.pcollections", Set.of("client", "store", "disk", "server", "embed")),
            Map.entry("io.helidon", Set.of("server")),
            // Certificates, and the one cipher of encryption at rest that the JDK has not.
            Map.entry("org.bouncycastle", Set.of("server", "store")),
            // The container runtime below a node and the KMS plugin and the etcd below a store have nothing else in
            // common.
            Map.entry("io.grpc", Set.of("node", "kms", "etcd")),
            Map.entry("com.google.protobuf", Set.of("node", "kms", "etcd")),
            Map.entry("com.google.common.util.concurrent", Set.of("node", "etcd")),
            Map.entry("dev.cel", Set.of("cel")),
            // What dev.cel's builders take.
            Map.entry("com.google.common.collect", Set.of("cel")),
            Map.entry("com.google.common.primitives", Set.of("cel")),
            Map.entry("com.google.re2j", Set.of("cel", "server")),
            Map.entry("org.xbill.DNS", Set.of("network")),
            Map.entry("picocli", Set.of("cli")),
            // What its users bring along.
            Map.entry("org.junit", Set.of("junit")),
            Map.entry("io.fabric8", Set.of("junit")),
            Map.entry("io.javaoperatorsdk", Set.of("junit")),
            Map.entry("io.kubernetes.client", Set.of("junit")),
            Map.entry("io.quarkus", Set.of("junit")),
            Map.entry("okhttp3", Set.of("junit")),
            Map.entry("org.jspecify", Set.of())));

    private static final List<String> JDK = List.of("java.", "javax.", "jdk.", "com.sun.");

    private House() {}

    /** The module of one of our packages or classes; empty for those of others. */
    static Optional<String> module(String name) {
        if (!name.startsWith("dev.jarbor.")) {
            return Optional.empty();
        }
        String rest = name.substring("dev.jarbor.".length());
        int dot = rest.indexOf('.');
        return Optional.of(dot < 0 ? rest : rest.substring(0, dot));
    }

    /** Why {@code module} may not depend on the class of that name; empty where it may. */
    static Optional<String> objection(String module, String target) {
        Optional<String> other = module(target);
        if (other.isPresent()) {
            return other.get().equals(module) || seenBy(module).contains(other.get())
                    ? Optional.empty()
                    : Optional.of("jarbor-" + module + " sees only " + seenBy(module)
                            + ": go through the API (dev.jarbor.client)");
        }
        if (JDK.stream().anyMatch(target::startsWith) || target.indexOf('.') < 0) {
            return Optional.empty();
        }
        for (var library : LIBRARIES.entrySet()) {
            if (target.startsWith(library.getKey() + ".")) {
                Set<String> owners = library.getValue();
                return owners.isEmpty() || owners.contains(module)
                        ? Optional.empty()
                        : Optional.of(library.getKey() + " belongs to " + owners + ": use what they offer");
            }
        }
        return Optional.of("a library without an owner: give it one in House, and its reason in ARCHITECTURE.md");
    }

    private static Set<String> seenBy(String module) {
        return SEES.getOrDefault(module, Set.of());
    }

    private static Map<String, Set<String>> sees() {
        var sees = new TreeMap<String, Set<String>>();
        sees.put("runtime", Set.of());
        sees.put("api", Set.of("runtime"));
        sees.put("cel", Set.of("api"));
        sees.put("client", Set.of("api", "runtime"));
        sees.put("store", Set.of("api", "runtime"));
        sees.put("kms", Set.of("store", "api", "runtime"));
        sees.put("etcd", Set.of("store", "api", "runtime"));
        sees.put("server", Set.of("store", "client", "cel", "api", "runtime"));
        sees.put("controllers", Set.of("client", "cel", "api", "runtime"));
        sees.put("scheduler", Set.of("client", "cel", "api", "runtime"));
        for (String component : List.of("node", "network")) {
            sees.put(component, Set.of("client", "api", "runtime"));
        }
        sees.put("disk", Set.of("store", "api", "runtime"));
        for (String whole : List.of("cluster", "embed", "junit", "cli", "bench")) {
            var below = new ArrayList<>(sees.keySet());
            sees.put(whole, Set.copyOf(below));
        }
        return sees;
    }
}
