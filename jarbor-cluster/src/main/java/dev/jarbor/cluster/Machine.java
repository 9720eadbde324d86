package dev.jarbor.cluster;

import dev.jarbor.node.cri.Containerd;
import java.io.File;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** This machine: who it is, and whether it can run real containers. */
final class Machine {
    private final String name;
    private final String address;

    private Machine(String name, String address) {
        this.name = name;
        this.address = address;
    }

    static Machine here() {
        return new Machine(hostname(), primaryAddress());
    }

    /** The host name as a node may be called. */
    String name() {
        return name;
    }

    /** The IPv4 address under which pods reach this machine: that of the default route's interface where there is one. */
    String address() {
        return address;
    }

    /** The nodes that {@code settings} ask for, as far as this machine allows; says what it chose and why. */
    Nodes nodes(ClusterSettings settings) {
        return switch (settings.nodes()) {
            case NodeChoice.None() ->
                settings.autoscaling().groups().isEmpty()
                        ? Nodes.NONE
                        : new SimulatedNodes(0, "", settings.autoscaling());
            case NodeChoice.Simulated(int count) -> new SimulatedNodes(count, "", settings.autoscaling());
            case NodeChoice.Containerd() -> {
                install(settings);
                yield new ContainerNode(settings, this);
            }
            case NodeChoice.Auto() -> {
                Optional<String> missing = missing();
                if (missing.isEmpty()) {
                    settings.progress().accept("nodes: real containers through containerd");
                    yield new ContainerNode(settings, this);
                }
                String why = missing.get();
                settings.progress()
                        .accept("nodes: 1 simulated node, because " + why
                                + "; pods are states there and no process runs");
                yield new SimulatedNodes(1, why);
            }
        };
    }

    /** What keeps this machine from running real containers; empty when nothing does. */
    static Optional<String> missing() {
        return Containerd.obstacle()
                .or(() -> Stream.of("nft", "ip")
                        .filter(program -> find(program).isEmpty())
                        .findFirst()
                        .map(program -> "the program " + program + " is not installed"));
    }

    private static void install(ClusterSettings settings) {
        Optional<String> missing = missing();
        if (missing.isEmpty()) {
            return;
        }
        if (!isRoot()) {
            throw new CannotStart("--nodes containerd: real containers need root; run with sudo, or use --nodes sim=1");
        }
        settings.progress().accept("nodes: " + missing.get() + "; installing");
        Packages.install(settings.folder().root());
        missing().ifPresent(still -> {
            throw new CannotStart(
                    "--nodes containerd: " + still + " even after installing; see the package manager's output");
        });
    }

    /** An executable of that name on the path or in the folders of system programs. */
    static Optional<Path> find(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(
                        Pattern.compile(Pattern.quote(File.pathSeparator)).splitAsStream(path),
                        Stream.of("/usr/local/sbin", "/usr/sbin", "/sbin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException notLinux) {
            return false;
        }
    }

    private static String hostname() {
        String raw;
        try {
            raw = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException elsewhere) {
            raw = Optional.ofNullable(System.getenv("HOSTNAME")).orElse("");
        }
        String name =
                raw.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-").replaceAll("^[.-]+|[.-]+$", "");
        return name.isEmpty() || name.equals("localhost") ? "jarbor" : name;
    }

    private static String primaryAddress() {
        try {
            Optional<String> route = defaultInterface();
            for (NetworkInterface one : candidates(route)) {
                for (InetAddress address : Collections.list(one.getInetAddresses())) {
                    if (address instanceof Inet4Address) {
                        return address.getHostAddress();
                    }
                }
            }
        } catch (IOException unreadable) {
            return "127.0.0.1";
        }
        return "127.0.0.1";
    }

    private static List<NetworkInterface> candidates(Optional<String> preferred) throws SocketException {
        var all = new ArrayList<NetworkInterface>();
        for (NetworkInterface one : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (!one.isLoopback() && one.isUp() && !one.getName().startsWith("veth")) {
                all.add(preferred.equals(Optional.of(one.getName())) ? 0 : all.size(), one);
            }
        }
        return all;
    }

    /** The interface of the default route, as /proc/net/route has it; empty elsewhere. */
    private static Optional<String> defaultInterface() throws IOException {
        Path routes = Path.of("/proc/net/route");
        if (!Files.isReadable(routes)) {
            return Optional.empty();
        }
        return Files.readAllLines(routes).stream()
                .map(line -> line.split("\\s+"))
                .filter(fields -> fields.length > 1 && fields[1].equals("00000000"))
                .map(fields -> fields[0])
                .findFirst();
    }
}
