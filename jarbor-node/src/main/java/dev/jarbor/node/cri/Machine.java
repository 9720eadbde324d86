package dev.jarbor.node.cri;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.NodeSystemInfo;
import dev.jarbor.node.NodeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what a node says of the machine it runs on. */
public final class Machine {
    private static final String PODS = "110";
    private static final int WORKERS = 64;

    private Machine() {}

    /**
     * The settings of a node that is this machine.
     *
     * @param address the machine's own address in the cluster
     * @param data where volumes and logs go
     * @param clusterDns the cluster's name servers; none while there are none
     */
    public static NodeSettings settings(String name, String address, Path data, List<String> clusterDns, String domain)
            throws IOException {
        Files.createDirectories(data);
        var capacity = new TreeMap<String, Quantity>();
        capacity.put("cpu", Quantity.of(java.lang.Runtime.getRuntime().availableProcessors()));
        capacity.put("memory", Quantity.parse(memoryKibibytes() + "Ki"));
        capacity.put(
                "ephemeral-storage", Quantity.parse(Files.getFileStore(data).getTotalSpace() / 1024 + "Ki"));
        capacity.put("pods", Quantity.parse(PODS));
        return new NodeSettings(
                name,
                Collections.emptySortedMap(),
                List.of(),
                List.of(address),
                capacity,
                Collections.emptySortedMap(),
                system(),
                new NodeSettings.ClusterDns(clusterDns, domain, resolverWords("nameserver"), resolverWords("search")),
                data.toString(),
                "/jarbor",
                0,
                WORKERS);
    }

    static NodeSystemInfo system() throws IOException {
        String architecture = switch (System.getProperty("os.arch")) {
            case "aarch64" -> "arm64";
            case "amd64", "x86_64" -> "amd64";
            default -> System.getProperty("os.arch");
        };
        return NodeSystemInfo.EMPTY
                .withArchitecture(architecture)
                .withOperatingSystem("linux")
                .withKernelVersion(System.getProperty("os.version"))
                .withOsImage(osName())
                .withMachineID(first(Path.of("/etc/machine-id")))
                .withSystemUUID(first(Path.of("/sys/class/dmi/id/product_uuid")))
                .withBootID(first(Path.of("/proc/sys/kernel/random/boot_id")))
                .withKubeletVersion("v1.36.0-jarbor")
                .withKubeProxyVersion("");
    }

    private static String memoryKibibytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemTotal:")) {
                return line.replaceAll("[^0-9]", "");
            }
        }
        throw new IOException("/proc/meminfo does not say how much memory there is");
    }

    private static String osName() throws IOException {
        Path release = Path.of("/etc/os-release");
        Map<String, String> words = new TreeMap<>();
        if (Files.isReadable(release)) {
            for (String line : Files.readAllLines(release)) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    words.put(
                            line.substring(0, equals),
                            line.substring(equals + 1).replace("\"", ""));
                }
            }
        }
        return words.getOrDefault("PRETTY_NAME", "Linux");
    }

    private static String first(Path file) {
        try {
            return Files.isReadable(file) ? Files.readString(file).strip() : "";
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** What the host's resolv.conf says; loopback servers are of no use inside a pod. */
    private static List<String> resolverWords(String keyword) throws IOException {
        var words = new ArrayList<String>();
        Path stub = Path.of("/run/systemd/resolve/resolv.conf");
        Path file = Files.isReadable(stub) ? stub : Path.of("/etc/resolv.conf");
        if (Files.isReadable(file)) {
            for (String line : Files.readAllLines(file)) {
                List<String> parts = List.of(line.strip().split("\\s+"));
                if (parts.get(0).equals(keyword)) {
                    parts.stream()
                            .skip(1)
                            .filter(word -> !word.startsWith("127."))
                            .forEach(words::add);
                }
            }
        }
        return words;
    }
}
