package dev.jarbor.cluster.options;

import dev.jarbor.cluster.options.ServerOption.Kind;
import dev.jarbor.disk.BackupSchedule;
import dev.jarbor.disk.DurableSettings;
import dev.jarbor.etcd.EtcdSettings;
import dev.jarbor.server.tls.Credential;
import dev.jarbor.server.tls.Pem;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The options that say where objects are kept. Those with {@code etcd} in their names are kube-apiserver's, and two more. */
public final class StoreOptions {
    public static final List<ServerOption> ALL = List.of(
            new ServerOption(
                    "store",
                    Kind.TEXT,
                    "KIND",
                    "disk: in the data folder; memory: nothing outlives the process; etcd=URL,… (the same as --etcd-servers).",
                    "disk"),
            new ServerOption(
                    "history-revisions",
                    Kind.NUMBER,
                    "N",
                    "How many revisions can be read and watched from (in etcd: can be watched from).",
                    Integer.toString(DurableSettings.DEFAULT.window())),
            new ServerOption("repair", Kind.SWITCH, "", "Open a damaged store on disk with what is left.", "false"),
            new ServerOption(
                    "backup-folder", Kind.TEXT, "DIR", "Where backups are made at intervals.", "none are made"),
            new ServerOption("backup-interval", Kind.DURATION, "TIME", "From one backup to the next.", "24h"),
            new ServerOption("backup-keep", Kind.NUMBER, "N", "How many of the latest backups are kept.", "7"),
            new ServerOption(
                    "etcd-servers", Kind.LIST, "URL,…", "The members of an etcd cluster to keep objects in.", ""),
            new ServerOption("etcd-prefix", Kind.TEXT, "PATH", "Before all keys in etcd.", EtcdSettings.PREFIX),
            new ServerOption("etcd-cafile", Kind.FILE, "FILE", "Authorities of etcd's certificates.", "the JVM's"),
            new ServerOption("etcd-certfile", Kind.FILE, "FILE", "The certificate to show etcd.", "none"),
            new ServerOption("etcd-keyfile", Kind.FILE, "FILE", "The key of --etcd-certfile.", ""),
            new ServerOption("etcd-user", Kind.TEXT, "NAME", "Who to be to etcd.", "nobody"),
            new ServerOption("etcd-password-file", Kind.FILE, "FILE", "The password of --etcd-user.", ""),
            new ServerOption(
                    "etcd-compaction-interval",
                    Kind.DURATION,
                    "TIME",
                    "How often old history in etcd is forgotten; 0 for never.",
                    "5m"));

    private static final String DISK = "disk";
    private static final String ETCD = "etcd=";
    private static final List<String> DISK_ALONE = List.of("repair");

    private StoreOptions() {}

    /** @throws WrongOption where they contradict each other or a file is not what it should be */
    public static StoreChoice choice(OptionValues values) {
        List<URI> members = members(values);
        if (members.isEmpty()) {
            for (ServerOption option : ALL) {
                if (option.name().startsWith("etcd-") && values.has(option.name())) {
                    throw new WrongOption(values.where(option.name()) + " needs --store etcd=URL,…");
                }
            }
            return values.text("store").orElse(DISK).equals(DISK) ? disk(values) : memory(values);
        }
        refuse(values, DISK_ALONE);
        try {
            EtcdSettings settings = EtcdSettings.of(members)
                    .withPrefix(values.text("etcd-prefix").orElse(EtcdSettings.PREFIX))
                    .withTls(tls(values))
                    .withLogin(login(values))
                    .withWindow(window(values))
                    .withCompaction(values.duration("etcd-compaction-interval", Duration.ofMinutes(5)));
            return new StoreChoice.Etcd(settings, backups(values).stream().toList());
        } catch (IllegalArgumentException wrong) {
            throw new WrongOption(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private static StoreChoice memory(OptionValues values) {
        refuse(values, DISK_ALONE);
        for (String name : List.of("backup-folder", "history-revisions")) {
            if (values.has(name)) {
                throw new WrongOption(values.where(name) + " needs --store disk or etcd=URL,…");
            }
        }
        return StoreChoice.memory();
    }

    private static void refuse(OptionValues values, List<String> names) {
        for (String name : names) {
            if (values.has(name)) {
                throw new WrongOption(values.where(name) + " needs --store disk");
            }
        }
    }

    private static StoreChoice disk(OptionValues values) {
        DurableSettings settings =
                DurableSettings.DEFAULT.withWindow(window(values)).withRepair(values.flag("repair", false));
        return new StoreChoice.Disk(settings, backups(values).stream().toList());
    }

    private static int window(OptionValues values) {
        return values.number("history-revisions", 100, 10_000_000, DurableSettings.DEFAULT.window());
    }

    private static Optional<BackupSchedule.Settings> backups(OptionValues values) {
        Optional<String> folder = values.text("backup-folder");
        if (folder.isEmpty()) {
            for (String name : List.of("backup-interval", "backup-keep")) {
                if (values.has(name)) {
                    throw new WrongOption(values.where(name) + " needs --backup-folder");
                }
            }
            return Optional.empty();
        }
        Duration interval = values.duration("backup-interval", Duration.ofDays(1));
        if (!interval.isPositive()) {
            throw new WrongOption(values.where("backup-interval") + ": it is longer than nothing");
        }
        return Optional.of(new BackupSchedule.Settings(
                Path.of(folder.get()).toAbsolutePath(), interval, values.number("backup-keep", 1, 100_000, 7)));
    }

    private static List<URI> members(OptionValues values) {
        var members = new ArrayList<>(values.list("etcd-servers", List.of()));
        String store = values.text("store").orElse("");
        if (store.startsWith(ETCD)) {
            members.addAll(List.of(store.substring(ETCD.length()).split(",", -1)));
        } else if (!List.of("", DISK, "memory").contains(store)) {
            throw new WrongOption(values.where("store") + " " + store + ": disk, memory, or etcd=URL,…");
        } else if (!store.isEmpty() && !members.isEmpty()) {
            throw new WrongOption(values.where("store") + " " + store + " and " + values.where("etcd-servers")
                    + " contradict each other");
        }
        return members.stream().map(StoreOptions::member).distinct().toList();
    }

    private static URI member(String text) {
        try {
            return URI.create(text.strip());
        } catch (IllegalArgumentException malformed) {
            throw new WrongOption("not an address of etcd: " + text, malformed);
        }
    }

    private static EtcdSettings.Tls tls(OptionValues values) {
        Optional<Credential> own = PemOptions.credential(values, "etcd-certfile", "etcd-keyfile");
        String authorities = PemOptions.certificates(values, "etcd-cafile").stream()
                .map(Pem::of)
                .collect(Collectors.joining());
        String shown = PemOptions.certificates(values, "etcd-certfile").stream()
                .map(Pem::of)
                .collect(Collectors.joining());
        return new EtcdSettings.Tls(
                authorities, shown, own.map(Credential::keyPem).orElse(""));
    }

    private static EtcdSettings.Login login(OptionValues values) {
        values.requireBoth("etcd-user", "etcd-password-file");
        Optional<String> user = values.text("etcd-user");
        return user.isEmpty()
                ? EtcdSettings.Login.NONE
                : new EtcdSettings.Login(
                        user.get(),
                        values.content("etcd-password-file").orElseThrow().strip());
    }
}
