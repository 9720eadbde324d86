package dev.jarbor.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Installs what real containers need through the system's own package manager. */
final class Packages {
    /** The command that installs, by the program that it starts with; the first one present is used. */
    private static final Map<String, List<String>> MANAGERS = managers();

    private Packages() {}

    private static Map<String, List<String>> managers() {
        var managers = new LinkedHashMap<String, List<String>>();
        managers.put(
                "apt-get",
                List.of(
                        "sh",
                        "-c",
                        "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends"
                                + " containerd runc containernetworking-plugins nftables iproute2 conntrack"));
        managers.put(
                "dnf",
                List.of(
                        "dnf",
                        "install",
                        "-y",
                        "containerd",
                        "runc",
                        "containernetworking-plugins",
                        "nftables",
                        "iproute"));
        managers.put(
                "zypper",
                List.of("zypper", "-n", "install", "containerd", "runc", "cni-plugins", "nftables", "iproute2"));
        managers.put("pacman", List.of("pacman", "-S", "--noconfirm", "containerd", "runc", "cni-plugins", "nftables"));
        managers.put("apk", List.of("apk", "add", "containerd", "runc", "cni-plugins", "nftables", "iproute2"));
        return managers;
    }

    /** @param folder where the package manager's output is kept, as {@code install.log} */
    static void install(Path folder) {
        List<String> command = MANAGERS.entrySet().stream()
                .filter(manager -> Machine.find(manager.getKey()).isPresent())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(
                        () -> new CannotStart("--nodes containerd: no known package manager here; install containerd,"
                                + " runc, the CNI plugins and nftables by hand"));
        Path log = folder.resolve("install.log");
        try {
            int code = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new CannotStart("--nodes containerd: installing failed; see " + log);
            }
        } catch (IOException failure) {
            throw new CannotStart(
                    "--nodes containerd: cannot run " + command.getFirst() + ": " + failure.getMessage(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CannotStart("interrupted while installing", interrupted);
        }
    }
}
