package dev.jarbor.cli;

import dev.jarbor.cluster.options.OptionValues;
import dev.jarbor.cluster.options.StoreChoice;
import dev.jarbor.cluster.options.StoreOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a cluster keeps its objects: the options of {@link StoreOptions} that {@code jarbor up} has. */
final class StoreOption {
    @Option(
            names = "--store",
            paramLabel = "KIND",
            description = "memory: nothing outlives the process (default); etcd=URL,…: an etcd cluster, which several"
                    + " machines may share.")
    private @Nullable String store;

    @Option(names = "--etcd-prefix", paramLabel = "PATH", description = "Before all keys in etcd (default: /jarbor).")
    private @Nullable String prefix;

    @Option(names = "--etcd-cafile", paramLabel = "FILE", description = "Authorities of etcd's certificates.")
    private @Nullable String authorities;

    @Option(names = "--etcd-certfile", paramLabel = "FILE", description = "The certificate to show etcd.")
    private @Nullable String certificate;

    @Option(names = "--etcd-keyfile", paramLabel = "FILE", description = "The key of --etcd-certfile.")
    private @Nullable String key;

    @Option(names = "--etcd-user", paramLabel = "NAME", description = "Who to be to etcd.")
    private @Nullable String user;

    @Option(names = "--etcd-password-file", paramLabel = "FILE", description = "The password of --etcd-user.")
    private @Nullable String password;

    /** @throws dev.jarbor.cluster.options.WrongOption where the options contradict each other */
    StoreChoice choice() {
        return StoreOptions.choice(OptionValues.ofFlags(given()));
    }

    /** The same options for another process. */
    List<String> arguments() {
        var arguments = new ArrayList<String>();
        given().forEach((name, values) -> arguments.addAll(List.of("--" + name, values.getFirst())));
        return arguments;
    }

    private Map<String, List<String>> given() {
        var given = new TreeMap<String, List<String>>();
        put(given, "store", store);
        put(given, "etcd-prefix", prefix);
        put(given, "etcd-cafile", authorities);
        put(given, "etcd-certfile", certificate);
        put(given, "etcd-keyfile", key);
        put(given, "etcd-user", user);
        put(given, "etcd-password-file", password);
        return given;
    }

    private static void put(Map<String, List<String>> given, String name, @Nullable String value) {
        if (value != null) {
            given.put(name, List.of(value));
        }
    }
}
