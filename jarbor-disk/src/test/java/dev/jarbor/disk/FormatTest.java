package dev.jarbor.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.SimulatedRuntime;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores that other versions wrote. */
class FormatTest {
    @TempDir
    private Path folder;

    /** Format 1, written when it was new: a state at revision 18, and a log to 24. */
    @Test
    void theFirstFormatOpens() throws IOException, URISyntaxException {
        copy("format-1");
        try (var runtime = new LiveRuntime();
                DurableStore store = DurableStore.open(folder, Stores.SETTINGS, runtime)) {
            assertThat(Stores.contents(store)).containsExactly("p0=24@24", "p1=22@22", "p2=23@23");
            assertThat(Stores.events(store, 21))
                    .containsExactly("updated p1=22@22", "updated p2=23@23", "updated p0=24@24");
            assertThat(Stores.commit(store, Stores.put("p3", 25))).isEqualTo(25);
        }
    }

    @Test
    void aNewerFormatIsLeftUntouchedAndNamed() {
        for (String name : new String[] {FileNames.log(1), FileNames.state(7)}) {
            var disk = new SimulatedDisk();
            FileHeader kind = FileNames.isState(name) ? FileHeader.STATE : FileHeader.LOG;
            byte[] newer = new byte[FileHeader.SIZE];
            kind.bytes().get(newer);
            ByteBuffer.wrap(newer).putInt(8, 2);
            var checksum = new CRC32C();
            checksum.update(newer, 0, 12);
            ByteBuffer.wrap(newer).putInt(12, (int) checksum.getValue());
            disk.bytes(name, newer);

            assertThatThrownBy(() -> DurableStore.open(disk, Stores.SETTINGS.withRepair(true), new SimulatedRuntime(1)))
                    .isInstanceOf(CannotOpen.class)
                    .hasMessage("the store in memory is not opened: " + name + " has format 2, and this program knows"
                            + " formats up to 1: use the newer jarbor that wrote it");
            assertThat(disk.names()).containsExactly(name);
            assertThat(disk.bytes(name)).isEqualTo(newer);
        }
    }

    private void copy(String fixture) throws IOException, URISyntaxException {
        Path source = Path.of(Objects.requireNonNull(FormatTest.class.getResource("/" + fixture))
                .toURI());
        try (var files = Files.list(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }
}
