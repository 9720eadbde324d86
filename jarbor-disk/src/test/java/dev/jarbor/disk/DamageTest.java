package dev.jarbor.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.store.CompactedException;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.record.RecordFormat;
import dev.jarbor.store.sealing.Sealing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is made of files that are not as they were written. */
class DamageTest {
    private static final String LOG = FileNames.log(1);

    private final SimulatedDisk disk = new SimulatedDisk();

    private static DurableStore repaired(Disk disk) {
        return DurableStore.open(disk, Stores.SETTINGS.withRepair(true), new SimulatedRuntime(1));
    }

    /** Five commits, and the process killed. */
    private Snapshot written() {
        Store store = Stores.open(disk);
        for (int i = 1; i <= 5; i++) {
            Stores.commit(store, Stores.put("p" + i, i));
        }
        return store.snapshot();
    }

    private static int used(byte[] log) {
        int end = log.length;
        while (log[end - 1] == 0) {
            end--;
        }
        return end;
    }

    @Test
    void aFlippedBitOfAnyByteIsNoticedUnlessNobodyCanKnowWhetherItWasAcknowledged() {
        Snapshot whole = written();
        byte[] log = disk.bytes(LOG);
        int lastFrame = new String(log, StandardCharsets.ISO_8859_1).lastIndexOf("JRBF");
        for (int at = 0; at < used(log); at++) {
            byte[] damaged = log.clone();
            damaged[at] ^= 4;
            disk.bytes(LOG, damaged);
            if (at < lastFrame) {
                assertThatThrownBy(() -> Stores.open(disk)).as("byte " + at).isInstanceOf(CannotOpen.class);
            } else {
                assertThat(Stores.open(disk).snapshot().revision()).isEqualTo(whole.revision() - 1);
            }
        }
    }

    @Test
    void aStoreThatWasClosedKnowsWhereItEnded() {
        Store store = Stores.open(disk);
        Stores.commit(store, Stores.put("a", 1));
        Stores.commit(store, Stores.put("a", 2));
        store.close();
        byte[] log = disk.bytes(LOG);
        disk.bytes(LOG, Arrays.copyOf(log, log.length - 1));

        assertThatThrownBy(() -> Stores.open(disk))
                .isInstanceOf(CannotOpen.class)
                .hasMessage("the store in memory is damaged, and left as it is. Lost is:\n"
                        + "  commits 2 to 2: the store was closed after them, and its files end before\n"
                        + "Restore a backup, or start once with --repair to go on with everything else.");
        assertThat(disk.names()).contains(FileNames.CLOSED);
    }

    @Test
    void damageIsNamedAndARepairGoesOnWithEverythingElse() {
        written();
        byte[] log = disk.bytes(LOG);
        int third = indexOf(log, "p3");
        log[third] ^= 1;
        disk.bytes(LOG, log);

        assertThatThrownBy(() -> Stores.open(disk)).hasMessageContaining("  " + LOG + ": commit 3, bytes ");
        assertThat(disk.bytes(LOG)).isEqualTo(log);

        DurableStore store = repaired(disk);
        assertThat(Stores.contents(store)).containsExactly("p1=1@1", "p2=2@2", "p4=4@4", "p5=5@5");
        assertThat(store.lost()).hasSize(1).first().asString().startsWith(LOG + ": commit 3, bytes ");
        assertThat(store.snapshot().revision()).isEqualTo(1_000_000_005);
        assertThatThrownBy(() -> store.watch(Stores.PODS, 5, () -> {})).isInstanceOf(CompactedException.class);
        Stores.commit(store, Stores.put("p3", 33));
        store.close();
        assertThat(Stores.contents(Stores.open(disk)))
                .containsExactly("p1=1@1", "p2=2@2", "p3=33@1000000006", "p4=4@4", "p5=5@5");
    }

    @Test
    void aMissingFileOfTheLogIsNoticed() throws Exception {
        var settings = Stores.SETTINGS.withLogBytes(100);
        Store store = DurableStore.open(disk, settings, new SimulatedRuntime(1));
        for (int i = 1; i <= 5; i++) {
            Stores.commit(store, Stores.put("p" + i, i));
        }
        disk.delete(FileNames.log(3));

        assertThatThrownBy(() -> Stores.open(disk)).hasMessageContaining(FileNames.log(4) + ": commit 3\n");
        assertThat(Stores.contents(repaired(disk))).containsExactly("p1=1@1", "p2=2@2", "p4=4@4", "p5=5@5");
    }

    @Test
    void aFlippedBitOfAnyByteOfAStateIsNoticed() throws Exception {
        DurableStore first = Stores.open(disk);
        for (int i = 1; i <= 5; i++) {
            Stores.commit(first, Stores.put("p" + i, i));
        }
        var backup = new SimulatedDisk();
        StateWriter.write(backup, FileNames.state(5), first.snapshot(), new RecordFormat(Sealing.NONE));
        assertThat(Stores.contents(Stores.open(backup))).isEqualTo(Stores.contents(first));
        byte[] state = backup.bytes(FileNames.state(5));
        for (int at = 0; at < state.length; at++) {
            byte[] damaged = state.clone();
            damaged[at] ^= 4;
            backup.bytes(FileNames.state(5), damaged);
            assertThatThrownBy(() -> Stores.open(backup)).as("byte " + at).isInstanceOf(CannotOpen.class);
        }
        state[indexOf(state, "p3")] ^= 1;
        backup.bytes(FileNames.state(5), state);
        DurableStore repaired = repaired(backup);
        assertThat(Stores.contents(repaired)).containsExactly("p1=1@1", "p2=2@2", "p4=4@4", "p5=5@5");
        assertThat(repaired.lost()).hasSize(2).last().asString().endsWith(": 1 of its 5 objects");
        assertThat(List.copyOf(repaired.lost())).first().asString().contains("objects after pods default/p2, bytes ");
    }

    private static int indexOf(byte[] bytes, String text) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    }
}
