package dev.jarbor.node.localvolume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.LocalVolumeSource;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeSpec;
import dev.jarbor.node.driver.DriverFailure;
import dev.jarbor.node.volume.VolumeFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders as volumes of a driver. */
class LocalExpansionTest {
    @TempDir
    Path root;

    private static PersistentVolume at(String path) {
        return PersistentVolume.named("v")
                .withSpec(PersistentVolumeSpec.EMPTY.withLocal(LocalVolumeSource.EMPTY.withPath(path)));
    }

    private static DriverFailure.Kind refusal(Throwable thrown) {
        return ((DriverFailure) thrown).kind();
    }

    @Test
    void aFolderThatIsThereIsAsLargeAsOneLikes() throws IOException, DriverFailure {
        VolumeFolders folders = VolumeFolders.on(root);
        folders.make("data");
        assertThat(new LocalDriver(folders).expand(at(folders.path("data")), Quantity.parse("1Ti")))
                .isFalse();
    }

    @Test
    void aFolderThatIsGoneOrSomebodyElsesIsRefusedForGood() {
        var driver = new LocalDriver(VolumeFolders.on(root));
        for (String path : new String[] {root.resolve("gone").toString(), "/etc"}) {
            assertThatThrownBy(() -> driver.expand(at(path), Quantity.parse("1Gi")))
                    .hasMessage("there is no folder " + path)
                    .satisfies(thrown -> assertThat(refusal(thrown)).isEqualTo(DriverFailure.Kind.INFEASIBLE));
        }
    }

    @Test
    void aFolderHasNoAttributes() {
        assertThatThrownBy(() -> new LocalDriver(VolumeFolders.on(root)).modify(at("/anything"), Map.of("iops", "100")))
                .isInstanceOf(DriverFailure.class);
    }
}
