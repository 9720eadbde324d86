package dev.jarbor.network.cni;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.network.Cidr;
import dev.jarbor.network.cni.PodNetworkSettings.Kind;
import dev.jarbor.network.host.HostCommand;
import dev.jarbor.testing.NeedsContainers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What we write, read by the real plugins, on a node that is a network namespace. */
@NeedsContainers
class CniPluginTest {
    private static final HostCommand IP = HostCommand.of("ip");

    private final String prefix = "jarbor-cni-" + ProcessHandle.current().pid() + "-";
    private final String node = prefix + "node";
    private final List<String> pods = List.of(prefix + "a", prefix + "b");

    @TempDir
    private Path folder;

    @BeforeEach
    void machines() {
        Stream.concat(Stream.of(node), pods.stream()).forEach(space -> ok(IP.with("netns", "add", space), ""));
        ok(onNode("sysctl", "-qw", "net.ipv4.ip_forward=1"), "");
    }

    @AfterEach
    void gone() {
        Stream.concat(pods.stream(), Stream.of(node))
                .forEach(space -> IP.with("netns", "delete", space).run());
    }

    private HostCommand onNode(String... words) {
        return IP.with("netns", "exec", node).with(words);
    }

    private ObjectValue configuration(Kind kind) {
        var settings = new PodNetworkSettings(
                kind,
                Cidr.of("10.42.3.0/24"),
                Cidr.of("10.43.0.0/16"),
                1400,
                folder,
                folder.resolve("ipam"),
                List.of());
        return CniConfiguration.of(settings, 1400);
    }

    /** Runs the plugin as the container runtime does (CNI specification 1.0.0, section 2). */
    private ObjectValue plugin(String verb, String pod, ObjectValue network) {
        ObjectValue plugin = network.list("plugins").objects().getFirst();
        Path binaries = Stream.of("/usr/lib/cni", "/opt/cni/bin")
                .map(Path::of)
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow();
        String said = ok(
                onNode(
                        "env",
                        "CNI_COMMAND=" + verb,
                        "CNI_CONTAINERID=" + pod,
                        "CNI_NETNS=/run/netns/" + pod,
                        "CNI_IFNAME=eth0",
                        "CNI_PATH=" + binaries,
                        binaries.resolve(plugin.string("type")).toString()),
                Json.text(
                        plugin.with("name", network.string("name")).with("cniVersion", network.string("cniVersion"))));
        return said.isEmpty() ? ObjectValue.EMPTY : Json.object(said);
    }

    private static String ok(HostCommand command, String input) {
        HostCommand.Result result = command.run(input);
        assertThat(result.status()).as("%s: %s", command, result.output()).isZero();
        return result.output();
    }

    @ParameterizedTest
    @EnumSource
    void podsGetAddressesOfTheNodeAndReachEachOther(Kind kind) {
        ObjectValue network = configuration(kind);
        for (String pod : pods) {
            ok(IP.with("-n", pod, "link", "set", "lo", "up"), "");
            plugin("ADD", pod, network);
        }
        String second = ok(IP.with("-n", pods.get(1), "-4", "-br", "address", "show", "eth0"), "");
        assertThat(second).contains("10.42.3.3/24");
        assertThat(ok(IP.with("-n", pods.get(1), "link", "show", "eth0"), "")).contains("mtu 1400");
        // To the closed port of a machine that is there: the answer is a refusal, not silence.
        HostCommand.Result answer = IP.with("netns", "exec", pods.getFirst())
                .with("bash", "-c", "exec 3<>/dev/tcp/10.42.3.3/9")
                .run();
        assertThat(answer.output()).contains("Connection refused");
    }

    @Test
    void aPodThatGoesGivesItsAddressBack() throws Exception {
        ObjectValue network = configuration(Kind.ROUTED);
        plugin("ADD", pods.getFirst(), network);
        Path used = folder.resolve("ipam/jarbor/10.42.3.2");
        assertThat(used).exists();
        plugin("DEL", pods.getFirst(), network);
        assertThat(used).doesNotExist();
        assertThat(onNode("ip", "route").run().output()).doesNotContain("10.42.3.2");
    }
}
