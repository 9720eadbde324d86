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
            description =
                    "disk: in the data folder (default); memory: nothing outlives the process; etcd=URL,…: an etcd"
                            + " cluster, which several machines may share.")
    private @Nullable String store;

    @Option(
            names = "--history-revisions",
            paramLabel = "N",
            description = "How many revisions can be read and watched from (default: 8192).")
    private @Nullable String history;

    @Option(names = "--repair", description = "Open a damaged store on disk with what is left of it.")
    private boolean repair;

    @Option(names = "--backup-folder", paramLabel = "DIR", description = "Where backups are made at intervals.")
    private @Nullable String backups;

    @Option(names = "--backup-interval", paramLabel = "TIME", description = "Between two backups (default: 24h).")
    private @Nullable String interval;

    @Option(names = "--backup-keep", paramLabel = "N", description = "How many backups are kept (default: 7).")
    private @Nullable String keep;

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
        given().forEach((name, values) -> arguments.add("--" + name + "=" + values.getFirst()));
        return arguments;
    }

    private Map<String, List<String>> given() {
        var given = new TreeMap<String, List<String>>();
        put(given, "store", store);
        put(given, "history-revisions", history);
        put(given, "repair", repair ? "true" : null);
        put(given, "backup-folder", backups);
        put(given, "backup-interval", interval);
        put(given, "backup-keep", keep);
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
