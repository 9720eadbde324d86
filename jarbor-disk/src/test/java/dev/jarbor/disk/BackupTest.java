package dev.jarbor.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.store.CompactedException;
import dev.jarbor.store.MemoryStore;
import dev.jarbor.store.sealing.Sealing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
    @TempDir
    private Path folder;

    private final SimulatedRuntime runtime = new SimulatedRuntime(1);

    private DurableStore open(String name) {
        return DurableStore.open(folder.resolve(name), Stores.SETTINGS, runtime);
    }

    @Test
    void aStoreIsCopiedWhileItIsOpenAndRestoredElsewhere() throws IOException {
        DurableStore store = open("store");
        Stores.commit(store, Stores.put("a", 1), Stores.put("b", 1));
        Stores.commit(store, Stores.put("a", 2));
        Stores.commit(store, Stores.delete("b"));
        Path file = folder.resolve("backup");

        Backup made = Backup.copy(folder.resolve("store"), file);
        Stores.commit(store, Stores.put("a", 3));
        assertThat(made).isEqualTo(new Backup(3, 1, Files.size(file)));
        assertThat(Backup.verify(file)).isEqualTo(made);
        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

        Backup.restore(file, folder.resolve("other"), runtime);
        DurableStore other = open("other");
        assertThat(Stores.contents(other)).containsExactly("a=2@2");
        assertThat(other.snapshot().revision()).isEqualTo(1_000_000_003);
        assertThatThrownBy(() -> other.watch(Stores.PODS, 4, () -> {})).isInstanceOf(CompactedException.class);
        assertThat(Stores.commit(other, Stores.put("c", 1))).isEqualTo(1_000_000_004);
    }

    @Test
    void theStoreThatIsReplacedIsPutAside() throws IOException {
        DurableStore store = open("store");
        Stores.commit(store, Stores.put("a", 1));
        Path file = folder.resolve("backup");
        Backup.write(store.snapshot(), file, Sealing.NONE);
        for (int i = 2; i < 10; i++) {
            Stores.commit(store, Stores.put("a", i));
        }
        assertThatThrownBy(() -> Backup.restore(file, folder.resolve("store"), runtime))
                .isInstanceOf(CannotOpen.class)
                .hasMessageContaining("another process has the store in");
        store.close();

        Backup.restore(file, folder.resolve("store"), runtime);
        DurableStore after = open("store");
        assertThat(Stores.contents(after)).containsExactly("a=1@1");
        assertThat(after.snapshot().revision()).isEqualTo(1_000_000_009);
        try (var entries = Files.list(folder.resolve("store"))) {
            assertThat(entries.map(entry -> entry.getFileName().toString()))
                    .contains("before-restore-" + runtime.now().toString().replace(":", ""));
        }
    }

    @Test
    void aBackupThatIsDamagedOrCutOffIsRefusedAndChangesNothing() throws IOException {
        var store = new MemoryStore();
        Stores.commit(store, Stores.put("a", 1));
        Path file = folder.resolve("backup");
        Backup.write(store.snapshot(), file, Sealing.NONE);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 16;
            Files.write(file, damaged);
            assertThatThrownBy(() -> Backup.verify(file)).as("byte " + at).isInstanceOf(CannotOpen.class);
            Files.write(file, Arrays.copyOf(whole, at));
            assertThatThrownBy(() -> Backup.verify(file)).as("length " + at).isInstanceOf(CannotOpen.class);
        }
        assertThatThrownBy(() -> Backup.restore(file, folder.resolve("store"), runtime))
                .hasMessageContaining("is no whole backup: ");
        assertThat(folder.resolve("store")).doesNotExist();
        assertThatThrownBy(() -> Backup.verify(folder.resolve("absent"))).hasMessageContaining("there is no file ");
        assertThatThrownBy(() -> Backup.copy(folder.resolve("absent"), file)).hasMessageContaining("there is no store");
    }

    @Test
    void aStoreOfAnotherKindIsBackedUpAndGivenBackAsAState() throws IOException {
        var store = new MemoryStore();
        Stores.commit(store, Stores.put("a", 1));
        Stores.commit(store, Stores.put("b", 2));
        Path file = folder.resolve("backup");
        Backup.write(store.snapshot(), file, Sealing.NONE);

        assertThat(Backup.state(file, Sealing.NONE, runtime)).isEqualTo(store.snapshot());
    }

    @Test
    void backupsAreMadeAtIntervalsAndTheLatestKept() throws IOException {
        var store = new MemoryStore();
        Path backups = folder.resolve("backups");
        try (var schedule = BackupSchedule.start(
                file -> Backup.write(store.snapshot(), file, Sealing.NONE),
                new BackupSchedule.Settings(backups, Duration.ofHours(6), 3),
                runtime)) {
            for (int i = 1; i <= 5; i++) {
                Stores.commit(store, Stores.put("a", i));
                runtime.advance(Duration.ofHours(6));
            }
        }
        runtime.advance(Duration.ofDays(1));

        assertThat(BackupSchedule.backups(backups))
                .hasSize(3)
                .allSatisfy(file -> assertThat(Backup.verify(file).objects()).isEqualTo(1));
        assertThat(Backup.verify(BackupSchedule.backups(backups).getLast()).revision())
                .isEqualTo(5);
    }
}
