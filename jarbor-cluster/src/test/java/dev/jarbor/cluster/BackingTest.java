package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cluster.options.EncryptionSettings;
import dev.jarbor.cluster.options.OptionValues;
import dev.jarbor.cluster.options.StoreChoice;
import dev.jarbor.cluster.options.StoreOptions;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackingTest {
    private static final String CONFIGURATION = """
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources:
            - resources: [secrets]
              providers:
              - secretbox: {keys: [{name: k, secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=}]}
            """;

    @TempDir
    private Path home;

    private final LiveRuntime runtime = new LiveRuntime();

    @AfterEach
    void end() {
        runtime.close();
    }

    private static void put(Store store, String resource, String data) {
        ObjectValue object =
                ObjectValue.of("metadata", ObjectValue.EMPTY.with("name", "a")).with("data", data);
        store.commit(Transaction.of(
                new Transaction.Put(resource, new ObjectKey("default", "a"), object, Transaction.ABSENT)));
    }

    private String written(DataFolder folder) throws IOException {
        var all = new StringBuilder();
        try (var files = Files.list(folder.store())) {
            for (Path file : files.toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    @Test
    void secretsAreSealedOnDiskAndReadAgainWithTheKeyOnly() throws IOException {
        Path file = Files.writeString(home.resolve("encryption.yaml"), CONFIGURATION);
        var folder = new DataFolder(home.resolve("data"));
        folder.prepare();
        EncryptionSettings sealed = EncryptionSettings.of(
                OptionValues.ofFlags(Map.of("encryption-provider-config", List.of(file.toString()))));
        try (Backing backing = Backing.open(StoreChoice.disk(), sealed, folder, runtime)) {
            put(backing.store(), "secrets", "hidden");
            put(backing.store(), "configmaps", "shown");
        }
        assertThat(written(folder)).contains("k8s:enc:secretbox:v1:k:", "shown").doesNotContain("hidden");
        assertThatThrownBy(() -> Backing.open(StoreChoice.disk(), EncryptionSettings.NONE, folder, runtime))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("is not opened: ");
        try (Backing backing = Backing.open(StoreChoice.disk(), sealed, folder, runtime)) {
            assertThat(backing.store()
                            .snapshot()
                            .get("secrets", new ObjectKey("default", "a"))
                            .orElseThrow()
                            .string("data"))
                    .isEqualTo("hidden");
        }
    }

    @Test
    void historyIsAsLongAsItsOwnerAsksForOnDiskAndInEtcd() {
        Map<String, List<String>> asked = Map.of("history-revisions", List.of("500"));
        assertThat(StoreOptions.choice(OptionValues.ofFlags(asked)))
                .isInstanceOfSatisfying(
                        StoreChoice.Disk.class,
                        disk -> assertThat(disk.settings().window()).isEqualTo(500));
        var inEtcd = new HashMap<>(asked);
        inEtcd.put("store", List.of("etcd=http://127.0.0.1:2379"));
        assertThat(StoreOptions.choice(OptionValues.ofFlags(inEtcd)))
                .isInstanceOfSatisfying(
                        StoreChoice.Etcd.class,
                        etcd -> assertThat(etcd.settings().window()).isEqualTo(500));
    }

    @Test
    void whatIsInMemoryLeavesNoFiles() {
        var folder = new DataFolder(home.resolve("data"));
        try (Backing backing = Backing.open(StoreChoice.memory(), EncryptionSettings.NONE, folder, runtime)) {
            put(backing.store(), "secrets", "hidden");
        }
        assertThat(folder.root()).doesNotExist();
    }
}
