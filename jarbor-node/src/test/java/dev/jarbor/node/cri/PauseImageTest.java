package dev.jarbor.node.cri;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The image that every sandbox runs. */
class PauseImageTest {
    @Test
    void theProgramsAreTheOnesThatWereTried() {
        assertThat(OciArchive.sha256(PauseImage.program("amd64")))
                .isEqualTo("b890b94f5c2e14009ac32c28a3d637abf18f49dbba3df2de75db69e029921e54");
        assertThat(OciArchive.sha256(PauseImage.program("arm64")))
                .isEqualTo("6b56d3669dda1946f235065b6206650e1fb6b0bbe3e9943809eaf498c252e555");
    }

    @Test
    void theArchiveIsTheSameEachTimeAndNamesTheImage() {
        assertThat(PauseImage.archive()).isEqualTo(PauseImage.archive());
        assertThat(new String(PauseImage.archive(), StandardCharsets.ISO_8859_1))
                .contains("index.json", "oci-layout", PauseImage.NAME);
    }
}
