package dev.jarbor.node.cri;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Writes containerd's configuration file, version 2 of its format, which containerd 1.6 to 2.x read. */
final class ContainerdConfiguration {
    /** The bit of CAP_SYS_RESOURCE in a process's effective capabilities (capabilities(7)). */
    private static final int SYS_RESOURCE = 24;

    private ContainerdConfiguration() {}

    static String of(ContainerdSettings settings, Path plugins, String snapshotter) throws IOException {
        String registries = settings.registries().stream().map(Path::toString).collect(Collectors.joining(":"));
        return """
                version = 2
                root = "%s"
                state = "%s"

                [grpc]
                  address = "%s"

                [plugins."io.containerd.grpc.v1.cri"]
                  sandbox_image = "%s"
                  restrict_oom_score_adj = %s
                  netns_mounts_under_state_dir = true
                  stream_server_address = "127.0.0.1"
                  stream_server_port = "0"
                  [plugins."io.containerd.grpc.v1.cri".cni]
                    bin_dir = "%s"
                    conf_dir = "%s"
                  [plugins."io.containerd.grpc.v1.cri".containerd]
                    snapshotter = "%s"
                    default_runtime_name = "runc"
                    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                      runtime_type = "io.containerd.runc.v2"
                      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                        SystemdCgroup = false
                  [plugins."io.containerd.grpc.v1.cri".registry]
                    config_path = "%s"

                [plugins."io.containerd.internal.v1.opt"]
                  path = "%s"
                """.formatted(
                        settings.data().resolve("root"),
                        settings.run().resolve("state"),
                        settings.run().resolve("containerd.sock"),
                        PauseImage.NAME,
                        !mayRaiseScores(),
                        plugins,
                        settings.cniConfigurations(),
                        snapshotter,
                        registries,
                        settings.data().resolve("opt"));
    }

    /** Without the capability the kernel lets nobody shield sandboxes from the out-of-memory killer. */
    private static boolean mayRaiseScores() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("CapEff:"))
                .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                .anyMatch(capabilities -> (capabilities >>> SYS_RESOURCE & 1) == 1);
    }
}
