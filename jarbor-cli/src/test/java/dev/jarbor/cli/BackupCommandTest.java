package dev.jarbor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.etcd.EtcdSettings;
import dev.jarbor.etcd.EtcdStore;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Transaction;
import dev.jarbor.testing.EtcdMembers;
import dev.jarbor.testing.NeedsEtcd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jarbor backup} and {@code jarbor restore} of a cluster in etcd. */
class BackupCommandTest {
    private static final ObjectKey KEY = new ObjectKey("default", "map");

    @TempDir
    private Path home;

    private static String value(EtcdStore store) {
        return store.current().get("configmaps", KEY).orElseThrow().string("value");
    }

    private static void put(EtcdStore store, String value) {
        ObjectValue metadata = ObjectValue.EMPTY.with("name", "map").with("namespace", "default");
        ObjectValue object = ObjectValue.of("metadata", metadata).with("value", value);
        assertThat(store.commit(Transaction.of(new Transaction.Put("configmaps", KEY, object, Transaction.ANY))))
                .isInstanceOf(Commit.Done.class);
    }

    @Test
    @NeedsEtcd
    void aClusterInEtcdIsWrittenToAFileAndComesBackFromIt() {
        Jarbor jarbor = Jarbor.here(home);
        String file = home.resolve("monday.jarbor").toString();
        try (EtcdMembers etcd = EtcdMembers.start(1);
                var runtime = new LiveRuntime()) {
            String address = etcd.addresses().getFirst().toString();
            EtcdSettings settings =
                    EtcdSettings.of(List.copyOf(etcd.addresses())).withPrefix("/shop");
            List<String> where = List.of("--store", "etcd=" + address, "--etcd-prefix", "/shop");
            try (EtcdStore store = EtcdStore.open(settings, runtime)) {
                put(store, "monday");
                assertThat(run(jarbor, where, "backup", file).ok().out())
                        .startsWith("whole: " + file + " has 1 objects of revision ");
                put(store, "tuesday");
            }

            assertThat(run(jarbor, where, "restore", file).ok().out())
                    .startsWith("restored: 1 objects, as revision 10000000");
            try (EtcdStore store = EtcdStore.open(settings, runtime)) {
                assertThat(value(store)).isEqualTo("monday");
            }
        }
        assertThat(run(jarbor, List.of("--store", "etcd=http://127.0.0.1:1"), "restore", file + ".gone")
                        .refused())
                .isEqualTo("jarbor: there is no file " + file + ".gone");
    }

    private static Jarbor.Outcome run(Jarbor jarbor, List<String> where, String command, String file) {
        var all = new ArrayList<>(List.of(command, file));
        all.addAll(where);
        return jarbor.run(all.toArray(String[]::new));
    }

    @Test
    void whatIsInMemoryIsNotCopied() {
        Jarbor.Outcome outcome = Jarbor.here(home).run("backup", "--store", "memory", "file");
        assertThat(outcome.code()).isNotZero();
        assertThat(outcome.err()).contains("--store memory keeps nothing: there is no copying it");
    }
}
