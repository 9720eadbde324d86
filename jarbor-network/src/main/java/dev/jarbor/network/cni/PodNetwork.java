package dev.jarbor.network.cni;

import dev.jarbor.api.codec.Json;
import dev.jarbor.network.Ipv4;
import dev.jarbor.network.cni.PodNetworkSettings.Kind;
import dev.jarbor.network.host.DefaultRoute;
import dev.jarbor.network.host.HostCommand;
import dev.jarbor.network.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The network of this machine's pods: installs what the container runtime and the kernel need, and takes it away again.
 * Installing twice is harmless. An edge: works on files and the kernel's settings, and needs root.
 */
public final class PodNetwork {
    private static final String FILE = "10-jarbor.conflist";
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final PodNetworkSettings settings;
    private final Path kernel;
    private final HostCommand ip;
    private final HostCommand modprobe;

    public PodNetwork(PodNetworkSettings settings) {
        this(settings, Path.of("/proc/sys"), HostCommand.of("ip"), HostCommand.of("modprobe"));
    }

    /** @param kernel the folder of the kernel's settings */
    PodNetwork(PodNetworkSettings settings, Path kernel, HostCommand ip, HostCommand modprobe) {
        this.settings = settings;
        this.kernel = kernel;
        this.ip = ip;
        this.modprobe = modprobe;
    }

    /** Makes the network ready for pods; the container runtime sees it within a second. */
    public void install() {
        set("net/ipv4/ip_forward");
        // Node ports on 127.0.0.1; the rules' guard closes what this opens to other machines.
        set("net/ipv4/conf/all/route_localnet");
        if (settings.kind() == Kind.BRIDGED) {
            // Else packets between pods of the bridge pass by the rules, and answers of Services get lost.
            Path bridged = Path.of("net/bridge/bridge-nf-call-iptables");
            if (!Files.exists(kernel.resolve(bridged))) {
                modprobe.with("br_netfilter").run();
            }
            set(bridged.toString());
        }
        Optional<DefaultRoute> world = DefaultRoute.find();
        settings.ownAddresses().forEach(this::own);
        if (world.isEmpty()) {
            // Without any route the kernel gives up before the rules could translate a Service's address.
            run(ip.with("route", "replace", settings.services().toString(), "dev", "lo"));
        }
        forgetFormerBoot();
        int mtu = settings.mtu() > 0
                ? settings.mtu()
                : world.map(DefaultRoute::mtu).orElse(DefaultRoute.USUAL_MTU);
        write(Json.pretty(CniConfiguration.of(settings, mtu), 2) + "\n");
    }

    /** Takes away what {@link #install} made, after the pods are gone. Kernel settings stay: others may rely on them. */
    public void remove() {
        delete(settings.configuration().resolve(FILE));
        clear(settings.addresses());
        settings.ownAddresses()
                .forEach(address ->
                        ip.with("address", "del", address + "/32", "dev", "lo").run());
        ip.with("route", "del", settings.services().toString(), "dev", "lo").run();
        if (settings.kind() == Kind.BRIDGED) {
            ip.with("link", "del", CniConfiguration.BRIDGE).run();
        }
    }

    private void own(Ipv4 address) {
        // Scope host: never chosen as the source of packets that leave the machine.
        run(ip.with("address", "replace", address + "/32", "dev", "lo", "scope", "host"));
    }

    private static void run(HostCommand command) {
        HostCommand.Result result = command.run();
        if (!result.succeeded()) {
            throw new HostException(command + ": " + result.output());
        }
    }

    private void set(String setting) {
        Path file = kernel.resolve(setting);
        try {
            if (!Files.readString(file).strip().equals("1")) {
                Files.writeString(file, "1\n");
            }
        } catch (IOException refused) {
            throw new HostException(
                    "cannot set " + setting.replace('/', '.') + "=1, which pods need to reach each other: run as root",
                    refused);
        }
    }

    /** Pods of a former boot never gave their addresses back. */
    private void forgetFormerBoot() {
        Path mark = settings.addresses().resolve("boot-id");
        try {
            String boot = Files.readString(BOOT).strip();
            if (!Files.exists(mark) || !Files.readString(mark).strip().equals(boot)) {
                clear(settings.addresses().resolve(CniConfiguration.NETWORK));
                Files.createDirectories(settings.addresses());
                Files.writeString(mark, boot + "\n");
            }
        } catch (IOException failed) {
            throw new HostException("cannot prepare " + settings.addresses(), failed);
        }
    }

    /** The runtime watches the folder: the file must appear whole, so it is written beside the folder and moved in. */
    private void write(String text) {
        Path folder = settings.configuration().toAbsolutePath();
        Path file = folder.resolve(FILE);
        Path draft = folder.resolveSibling("." + FILE);
        try {
            Files.createDirectories(folder);
            if (!Files.exists(file) || !Files.readString(file).equals(text)) {
                Files.writeString(draft, text);
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException failed) {
            throw new HostException("cannot write " + file, failed);
        }
    }

    private static void clear(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> content;
        try (Stream<Path> files = Files.walk(folder)) {
            content = files.sorted((one, other) -> other.compareTo(one)).toList();
        } catch (IOException failed) {
            throw new HostException("cannot read " + folder, failed);
        }
        content.forEach(PodNetwork::delete);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new HostException("cannot delete " + file, failed);
        }
    }
}
