package dev.jarbor.node.cri;

import java.util.HexFormat;
import java.util.List;

/**
 * The image that every sandbox runs: one program of a few hundred bytes that waits, ends at TERM and INT, and reaps what
 * is left to it. It is written here rather than pulled, so that a node needs no registry to start.
 *
 * <p>The programs are complete ELF files. Each sets SIGCHLD to be ignored with SA_NOCLDWAIT (the kernel then reaps), sets
 * SIGTERM and SIGINT to a handler that calls exit_group(0), and waits for ever: pause() on x86-64; on aarch64, which has no
 * pause(), ppoll() without descriptors.
 */
final class PauseImage {
    /** The name that the runtime's configuration asks for. */
    static final String NAME = "jarbor.dev/pause:1";

    private static final String X86_64 = "7f454c4602010100000000000000000002003e00010000007800400000000000"
            + "40000000000000000000000000000000"
            + "000000004000380001000000000000000100000005000000000000000000000000004000000000000000400000000000"
            + "f800000000000000f8000000000000000010000000000000beb80040006a115fe81c000000bed80040006a0f5fe80f00"
            + "00006a025fe8070000006a22580f05ebf96a0d5831d26a08415a0f05c3b8e700000031ff0f0566900100000000000000"
            + "030000000000000000000000000000000000000000000000ad004000000000000000000400000000ad00400000000000"
            + "0000000000000000";
    private static final String AARCH64 = "7f454c460201010000000000000000000200b700010000007800400000000000"
            + "40000000000000000000000000000000"
            + "000000004000380001000000000000000100000005000000000000000000000000004000000000000000400000000000"
            + "18010000000000001801000000000000000001000000000001030010200280d20d000094a1030010e00180d20a000094"
            + "400080d208000094e0031faae1031faae2031faae3031faa280980d2010000d4faffff17e2031faa030180d2c81080d2"
            + "010000d4c0035fd6e0031faac80b80d2010000d41f2003d5010000000000000003000000000000000000000000000000"
            + "0000000000000000c800400000000000000000000000000000000000000000000000000000000000";

    private PauseImage() {}

    /** The program for one kind of processor: {@code amd64} or {@code arm64}. */
    static byte[] program(String architecture) {
        return HexFormat.of().parseHex(architecture.equals("arm64") ? AARCH64 : X86_64);
    }

    /** The image for both processors as an archive, the same bytes each time. */
    static byte[] archive() {
        return OciArchive.of(
                NAME,
                List.of("amd64", "arm64").stream()
                        .map(architecture -> new OciArchive.Platform(
                                architecture,
                                "{\"Entrypoint\":[\"/pause\"],\"User\":\"65535:65535\",\"WorkingDir\":\"/\"}",
                                List.of(new OciArchive.Entry("pause", program(architecture), 0555))))
                        .toList());
    }
}
