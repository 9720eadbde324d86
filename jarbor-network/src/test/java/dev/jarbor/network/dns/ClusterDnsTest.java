package dev.jarbor.network.dns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServiceSpec;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.network.Cidr;
import dev.jarbor.network.host.HostException;
import dev.jarbor.runtime.LiveRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Two clusters on loopback sockets: what one does not know it asks the other. */
class ClusterDnsTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final LiveRuntime runtime = new LiveRuntime();
    private List<InetSocketAddress> servers = List.of();
    private ClusterDns east;
    private ClusterDns west;

    @BeforeEach
    void start() throws InterruptedException {
        west = dns("west.local", new Forwarder(runtime, List::of));
        east = dns("east.local", new Forwarder(runtime, () -> servers));
    }

    @AfterEach
    void stop() {
        east.close();
        west.close();
        runtime.close();
    }

    private ClusterDns dns(String domain, Upstream upstream) throws InterruptedException {
        var api = new FakeApi(runtime);
        api.create(Namespace.KIND, Namespace.named("shop"));
        api.create(Service.KIND, Service.named("shop", "web").withSpec(ServiceSpec.EMPTY.withClusterIP("10.43.0.20")));
        var informers = new SharedInformers(api, runtime);
        var settings = new DnsSettings(
                domain, Duration.ofSeconds(5), List.of(Cidr.of("10.43.0.0/16")), List.of(ANY_PORT), Path.of("none"));
        var dns = new ClusterDns(informers, runtime, settings, upstream);
        var synced = new CountDownLatch(1);
        informers.whenSynced(synced::countDown);
        informers.start();
        dns.start();
        assertThat(synced.await(20, TimeUnit.SECONDS)).isTrue();
        return dns;
    }

    private static InetSocketAddress address(ClusterDns dns) {
        return dns.addresses().getFirst();
    }

    /** Asks as any client does, with the real code of the other side. */
    private Message ask(ClusterDns dns, String name, boolean tcp) {
        var client = new Forwarder(runtime, () -> List.of(address(dns)));
        return client.ask(Message.newQuery(Record.newRecord(Name.fromConstantString(name), Type.A, DClass.IN)), tcp)
                .orElseThrow();
    }

    @Test
    void itAnswersOverUdpAndTcp() {
        for (boolean tcp : List.of(false, true)) {
            assertThat(ask(east, "web.shop.svc.east.local.", tcp).getSection(Section.ANSWER))
                    .singleElement()
                    .satisfies(record -> assertThat(record.rdataToString()).isEqualTo("10.43.0.20"));
        }
    }

    @Test
    void otherNamesAreAskedOfTheMachinesServersInTurn() {
        servers = List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), address(west));
        for (boolean tcp : List.of(false, true)) {
            assertThat(ask(east, "web.shop.svc.west.local.", tcp).getSection(Section.ANSWER))
                    .hasSize(1);
        }
    }

    @Test
    void withoutServersOtherNamesFailAtOnce() {
        assertThat(ask(east, "example.com.", false).getRcode()).isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void serversThatLeadBackAreNoticed() {
        servers = List.of(address(east));
        assertThat(ask(east, "example.com.", false).getRcode()).isEqualTo(Rcode.SERVFAIL);
        servers = List.of(address(west));
        assertThat(ask(east, "web.shop.svc.west.local.", false).getSection(Section.ANSWER))
                .hasSize(1);
    }

    @Test
    void anAddressInUseIsNamedWithTheReason() {
        var settings = new DnsSettings(
                "cluster.local", Duration.ofSeconds(5), List.of(), List.of(address(east)), Path.of("none"));
        var second = new ClusterDns(new SharedInformers(new FakeApi(runtime), runtime), runtime, settings);
        assertThatThrownBy(second::start)
                .isInstanceOf(HostException.class)
                .hasMessageContaining("is another name server or cluster running?");
    }

    @Test
    void serversComeFromResolvConf(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("resolv.conf");
        assertThat(ResolvConf.servers(file)).isEmpty();
        Files.write(file, """
                # comment
                search example.com
                nameserver 192.0.2.1
                nameserver  fd00::1
                nameserver dns.example.com
                nameserver 192.0.2.1
                options ndots:2
                """.getBytes(UTF_8));
        assertThat(ResolvConf.servers(file))
                .extracting(server -> server.getAddress().getHostAddress() + " " + server.getPort())
                .containsExactly("192.0.2.1 53", "fd00:0:0:0:0:0:0:1 53");
    }
}
