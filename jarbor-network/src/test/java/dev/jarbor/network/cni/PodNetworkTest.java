package dev.jarbor.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.network.Cidr;
import dev.jarbor.network.Ipv4;
import dev.jarbor.network.cni.PodNetworkSettings.Kind;
import dev.jarbor.network.host.HostCommand;
import dev.jarbor.network.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a folder that stands for the kernel's settings, and with {@code true} in place of {@code ip}. */
class PodNetworkTest {
    @TempDir
    private Path folder;

    private Path configuration;
    private Path addresses;

    @BeforeEach
    void kernel() throws IOException {
        configuration = folder.resolve("cni/net.d");
        addresses = folder.resolve("cni/ipam");
        Path settings = Files.createDirectories(folder.resolve("sys/net/ipv4/conf/all"));
        Files.writeString(settings.resolve("route_localnet"), "0\n");
        Files.writeString(folder.resolve("sys/net/ipv4/ip_forward"), "0\n");
    }

    private PodNetwork network(Kind kind, int mtu) {
        var settings = new PodNetworkSettings(
                kind,
                Cidr.of("10.42.3.0/24"),
                Cidr.of("10.43.0.0/16"),
                mtu,
                configuration,
                addresses,
                List.of(Ipv4.of("10.43.0.10")));
        return new PodNetwork(settings, folder.resolve("sys"), HostCommand.of("true"), HostCommand.of("true"));
    }

    @Test
    void theRuntimeFindsARoutedNetworkOfTheNodesAddresses() throws IOException {
        network(Kind.ROUTED, 1400).install();
        assertThat(Json.object(Files.readString(configuration.resolve("10-jarbor.conflist"))))
                .isEqualTo(Json.object("""
                        {"cniVersion": "1.0.0", "name": "jarbor", "plugins": [
                          {"type": "ptp", "ipMasq": false, "mtu": 1400, "ipam": {
                            "type": "host-local", "dataDir": "%s",
                            "ranges": [[{"subnet": "10.42.3.0/24", "gateway": "10.42.3.1"}]],
                            "routes": [{"dst": "0.0.0.0/0"}]}}]}
                        """.formatted(addresses)));
        assertThat(configuration).isDirectoryNotContaining(file -> !file.endsWith("10-jarbor.conflist"));
    }

    @Test
    void aBridgeHasHairpinModeSoThatPodsReachThemselves() throws IOException {
        Path bridged = Files.createDirectories(folder.resolve("sys/net/bridge")).resolve("bridge-nf-call-iptables");
        Files.writeString(bridged, "0\n");
        network(Kind.BRIDGED, 1400).install();
        assertThat(Files.readString(configuration.resolve("10-jarbor.conflist")))
                .contains("\"bridge\": \"jarbor0\"", "\"hairpinMode\": true");
        assertThat(bridged).hasContent("1");
    }

    @Test
    void theKernelForwardsAndLetsNodePortsAnswerOnLoopback() {
        network(Kind.ROUTED, 0).install();
        assertThat(folder.resolve("sys/net/ipv4/ip_forward")).hasContent("1");
        assertThat(folder.resolve("sys/net/ipv4/conf/all/route_localnet")).hasContent("1");
    }

    @Test
    void addressesInUseSurviveARestartAndNotAReboot() throws IOException {
        network(Kind.ROUTED, 0).install();
        Path used = Files.createDirectories(addresses.resolve("jarbor")).resolve("10.42.3.2");
        Files.writeString(used, "pod");
        network(Kind.ROUTED, 0).install();
        assertThat(used).exists();
        Files.writeString(addresses.resolve("boot-id"), "another boot\n");
        network(Kind.ROUTED, 0).install();
        assertThat(used).doesNotExist();
    }

    @Test
    void whatWasInstalledIsRemoved() {
        var network = network(Kind.ROUTED, 0);
        network.install();
        network.remove();
        assertThat(configuration).isEmptyDirectory();
        assertThat(addresses).doesNotExist();
        network.remove();
    }

    @Test
    void withoutPermissionTheMessageSaysWhatIsMissing() throws IOException {
        Files.delete(folder.resolve("sys/net/ipv4/ip_forward"));
        assertThatThrownBy(() -> network(Kind.ROUTED, 0).install())
                .isInstanceOf(HostException.class)
                .hasMessageContaining("net.ipv4.ip_forward=1")
                .hasMessageContaining("root");
    }
}
