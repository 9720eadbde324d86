package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.client.WatchListener;
import dev.jarbor.client.http.HttpApi;
import dev.jarbor.client.http.KubeConfig;
import dev.jarbor.cluster.options.OptionValues;
import dev.jarbor.cluster.options.PlaneSettings;
import dev.jarbor.cluster.options.StoreChoice;
import dev.jarbor.cluster.options.StoreOptions;
import dev.jarbor.disk.Backup;
import dev.jarbor.disk.CannotOpen;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.testing.EtcdMembers;
import dev.jarbor.testing.NeedsEtcd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster moves between disk and etcd by backup and restore, and clients notice only that they list again. */
@NeedsEtcd
class CopiesTest {
    @TempDir
    private Path home;

    private final LiveRuntime runtime = new LiveRuntime();
    private EtcdMembers etcd;

    @BeforeEach
    void start() {
        etcd = EtcdMembers.start(1);
    }

    @AfterEach
    void stop() {
        runtime.close();
        etcd.close();
    }

    private interface Use {
        void use(HttpApi api) throws Exception;
    }

    private DataFolder folder(String name) {
        var folder = new DataFolder(home.resolve(name));
        folder.prepare();
        return folder;
    }

    private Map<String, List<String>> inEtcd() {
        return Map.of(
                "secure-port", List.of("0"),
                "etcd-servers", List.of(etcd.addresses().getFirst().toString()));
    }

    private static Map<String, List<String>> onDisk() {
        return Map.of("secure-port", List.of("0"));
    }

    private static StoreChoice choice(Map<String, List<String>> options) {
        return StoreOptions.choice(OptionValues.ofFlags(options));
    }

    /** A server for a while; its authority's certificate. */
    private String serve(Map<String, List<String>> options, DataFolder folder, Use use) throws Exception {
        try (StandaloneServer server =
                StandaloneServer.start(PlaneSettings.of(OptionValues.ofFlags(options)), folder, runtime)) {
            server.announce();
            try (var api = new HttpApi(
                    KubeConfig.parse(Files.readString(folder.kubeconfig())).client(), runtime)) {
                use.use(api);
            }
            return server.authorityPem();
        }
    }

    private static ConfigMap map(String name) {
        return ConfigMap.named("default", name).withData(Map.of("name", name));
    }

    private static void assertHas(HttpApi api, String... names) {
        assertThat(api.list(ConfigMap.KIND, "default", Query.NONE).items().stream()
                        .map(ConfigMap::name)
                        .filter(name -> !name.startsWith("kube-")))
                .containsExactly(names);
    }

    /** A watch from {@code version} ends with 410. */
    private static void assertGone(HttpApi api, String version) throws Exception {
        var first = new CompletableFuture<WatchEvent>();
        var request = ApiRequest.of(
                Verb.WATCH,
                ResourcePath.collection(ConfigMap.KIND, "default"),
                Query.NONE.with("watch", true).with("resourceVersion", version),
                ObjectValue.EMPTY);
        try (var watch = api.watch(request, new WatchListener() {
            @Override
            public void event(WatchEvent event) {
                first.complete(event);
            }

            @Override
            public void closed() {
                first.completeExceptionally(new AssertionError("it ended without an event"));
            }
        })) {
            WatchEvent event = first.get(20, TimeUnit.SECONDS);
            assertThat(event.type()).isEqualTo(WatchEvent.Type.ERROR);
            assertThat(event.object().integer("code")).isEqualTo(410);
            assertThat(event.object().string("reason")).isEqualTo("Expired");
        } catch (ApiException refused) {
            assertThat(refused.status().code()).isEqualTo(410);
        }
    }

    @Test
    void fromEtcdToEtcdAndToDiskWithTheSameAuthority() throws Exception {
        Path file = home.resolve("backup");
        var version = new CompletableFuture<String>();
        String authority = serve(inEtcd(), folder("one"), api -> {
            api.create(ConfigMap.KIND, map("kept"));
            Copies.backup(file, choice(inEtcd()), folder("one"), runtime);
            version.complete(api.create(ConfigMap.KIND, map("later")).metadata().resourceVersion());
        });
        Backup whole = Backup.verify(file);
        assertThat(whole.objects()).isGreaterThan(100);

        Backup restored = Copies.restore(file, choice(inEtcd()), folder("one"), runtime);
        assertThat(restored.revision()).isGreaterThan(whole.revision() + 1_000_000_000);
        String again = serve(inEtcd(), folder("one"), api -> {
            assertHas(api, "kept");
            assertGone(api, version.join());
            assertThat(Long.parseLong(
                            api.create(ConfigMap.KIND, map("new")).metadata().resourceVersion()))
                    .isGreaterThan(restored.revision());
        });
        assertThat(again).isEqualTo(authority);

        Copies.restore(file, choice(onDisk()), folder("disk"), runtime);
        String onDisk = serve(onDisk(), folder("disk"), api -> {
            assertHas(api, "kept");
            assertGone(api, version.join());
        });
        assertThat(onDisk).isEqualTo(authority);
    }

    @Test
    void fromDiskToEtcdWithTheSameAuthority() throws Exception {
        Path file = home.resolve("backup");
        var version = new CompletableFuture<String>();
        String authority = serve(onDisk(), folder("disk"), api -> {
            version.complete(api.create(ConfigMap.KIND, map("kept")).metadata().resourceVersion());
            Copies.backup(file, choice(onDisk()), folder("disk"), runtime);
        });

        Copies.restore(file, choice(inEtcd()), folder("disk"), runtime);
        String shared = serve(inEtcd(), folder("other machine"), api -> {
            assertHas(api, "kept");
            assertGone(api, version.join());
            api.update(ConfigMap.KIND, map("kept").withData(Map.of("name", "changed")));
        });
        assertThat(shared).isEqualTo(authority);
    }

    @Test
    void aDamagedBackupChangesNothing() throws Exception {
        Path file = home.resolve("backup");
        serve(inEtcd(), folder("one"), api -> {
            api.create(ConfigMap.KIND, map("kept"));
            Copies.backup(file, choice(inEtcd()), folder("one"), runtime);
        });
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(() -> Copies.restore(file, choice(inEtcd()), folder("one"), runtime))
                .isInstanceOf(CannotOpen.class)
                .hasMessageContaining("is no whole backup: ");
        serve(inEtcd(), folder("one"), api -> assertHas(api, "kept"));
    }

    @Test
    void aClusterThatRunsIsNotReplaced() throws Exception {
        Path file = home.resolve("backup");
        serve(inEtcd(), folder("one"), api -> {
            api.create(ConfigMap.KIND, map("kept"));
            Copies.backup(file, choice(inEtcd()), folder("one"), runtime);
            assertThatThrownBy(() -> Copies.restore(file, choice(inEtcd()), folder("one"), runtime))
                    .isInstanceOf(CannotStart.class)
                    .hasMessage("etcd cannot be restored: a server writes into it: stop all servers first");
            assertHas(api, "kept");
        });
    }

    @Test
    void aServerOnEtcdMakesBackupsAtIntervals() throws IOException {
        Path backups = home.resolve("backups");
        var options = new HashMap<>(inEtcd());
        options.put("backup-folder", List.of(backups.toString()));
        options.put("backup-interval", List.of("2s"));
        options.put("backup-keep", List.of("2"));
        StandaloneServer server =
                StandaloneServer.start(PlaneSettings.of(OptionValues.ofFlags(options)), folder("one"), runtime);
        try (server) {
            Eventually.until("two backups are there", () -> {
                try (var files = Files.list(backups)) {
                    return files.filter(file -> file.toString().endsWith(".jarbor"))
                                    .count()
                            == 2;
                } catch (IOException absent) {
                    return false;
                }
            });
        }
        try (var files = Files.list(backups)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".jarbor")).toList()) {
                assertThat(Backup.verify(file).objects()).isGreaterThan(50);
            }
        }
    }
}
