package dev.jarbor.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.ServiceSpec;
import dev.jarbor.network.Cidr;
import dev.jarbor.network.Ipv4;
import dev.jarbor.network.dns.Responder.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The Kubernetes DNS specification 1.1.0, by its paragraphs. */
class ResponderTest {
    private final ClusterFixture cluster = new ClusterFixture();
    private final World world = new World();
    private final InformerDirectory directory = new InformerDirectory(cluster.informers);
    private final Responder responder = new Responder(
            new ClusterZone(
                    directory,
                    new DnsSettings(
                            "cluster.local",
                            DnsSettings.USUAL_TTL,
                            List.of(Cidr.of("10.42.0.0/16"), Cidr.of("10.43.0.0/16")),
                            List.of(),
                            Path.of("resolv.conf"))),
            directory::synced,
            world,
            cluster.runtime.random());

    /** Knows one name, and remembers what it was asked. */
    private static final class World implements Upstream {
        private final List<String> asked = new ArrayList<>();
        private boolean gone;

        @Override
        public Optional<Message> ask(Message query, boolean tcp) {
            asked.add(query.getQuestion().getName() + " "
                    + Type.string(query.getQuestion().getType()));
            if (gone) {
                return Optional.empty();
            }
            var reply = new Message(query.getHeader().getID());
            reply.getHeader().setFlag(Flags.QR);
            reply.addRecord(query.getQuestion(), Section.QUESTION);
            Name name = query.getQuestion().getName();
            if (name.equals(Name.fromConstantString("mx.example.com."))) {
                reply.addRecord(Names.a(name, 60, Ipv4.of("192.0.2.53")), Section.ANSWER);
            } else {
                reply.getHeader().setRcode(Rcode.NXDOMAIN);
            }
            return Optional.of(reply);
        }

        @Override
        public boolean isOwn(Message query) {
            return query.getQuestion().getName().toString().startsWith("loop-test");
        }
    }

    @BeforeEach
    void sync() {
        cluster.informers.start();
        cluster.runtime.runUntilIdle();
    }

    private static Message query(String name, String type) {
        return Message.newQuery(Record.newRecord(Name.fromConstantString(name), Type.value(type), DClass.IN));
    }

    private Message ask(String name, String type) {
        return ask(query(name, type), false);
    }

    private Message ask(Message query, boolean tcp) {
        try {
            return new Message(wire(responder.reply(query.toWire(), tcp)));
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private static byte[] wire(Reply reply) {
        return switch (reply) {
            case Reply.Now now -> now.answer().finish();
            case Reply.Later later -> later.answer().finish();
            case Reply.Nothing nothing -> new byte[0];
        };
    }

    private static String said(Message reply) {
        var said = new StringBuilder(Rcode.string(reply.getRcode()));
        reply.getSection(Section.ANSWER).stream()
                .map(record -> " " + record.getName() + " " + record.getTTL() + " " + Type.string(record.getType())
                        + " " + record.rdataToString())
                .sorted()
                .forEach(said::append);
        return said.toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dns-version.cluster.local.            | TXT  | NOERROR dns-version.cluster.local. 5 TXT 1.1.0
            web.shop.svc.cluster.local.           | A    | NOERROR web.shop.svc.cluster.local. 5 A 10.43.0.20
            web.shop.svc.cluster.local.           | AAAA | NOERROR
            _http._tcp.web.shop.svc.cluster.local.| SRV  | NOERROR _http._tcp.web.shop.svc.cluster.local. 5 SRV 0 100 80 web.shop.svc.cluster.local.
            _http._udp.web.shop.svc.cluster.local.| SRV  | NXDOMAIN
            _tcp.web.shop.svc.cluster.local.      | SRV  | NOERROR
            20.0.43.10.in-addr.arpa.              | PTR  | NOERROR 20.0.43.10.in-addr.arpa. 5 PTR web.shop.svc.cluster.local.
            nothing.shop.svc.cluster.local.       | A    | NXDOMAIN
            web.elsewhere.svc.cluster.local.      | A    | NXDOMAIN
            shop.svc.cluster.local.               | A    | NOERROR
            elsewhere.svc.cluster.local.          | A    | NXDOMAIN
            svc.cluster.local.                    | A    | NOERROR
            cluster.local.                        | A    | NOERROR
            nowhere.cluster.local.                | A    | NXDOMAIN
            www.example.com.cluster.local.        | A    | NXDOMAIN
            10-42-0-8.shop.pod.cluster.local.     | A    | NOERROR 10-42-0-8.shop.pod.cluster.local. 5 A 10.42.0.8
            10-42-0-8.elsewhere.pod.cluster.local.| A    | NXDOMAIN
            web.shop.pod.cluster.local.           | A    | NXDOMAIN
            """)
    void namesOfTheClusterAreAnswered(String name, String type, String expected) {
        assertThat(said(ask(name, type))).isEqualTo(expected);
        assertThat(world.asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            db.shop.svc.cluster.local.            | A    | NOERROR db.shop.svc.cluster.local. 5 A 10.42.0.8 db.shop.svc.cluster.local. 5 A 10.42.0.9
            db-0.db.shop.svc.cluster.local.       | A    | NOERROR db-0.db.shop.svc.cluster.local. 5 A 10.42.0.8
            10-42-0-9.db.shop.svc.cluster.local.  | A    | NOERROR 10-42-0-9.db.shop.svc.cluster.local. 5 A 10.42.0.9
            10-42-0-10.db.shop.svc.cluster.local. | A    | NXDOMAIN
            db-7.db.shop.svc.cluster.local.       | A    | NXDOMAIN
            _sql._tcp.db.shop.svc.cluster.local.  | SRV  | NOERROR _sql._tcp.db.shop.svc.cluster.local. 5 SRV 0 50 5432 10-42-0-9.db.shop.svc.cluster.local. _sql._tcp.db.shop.svc.cluster.local. 5 SRV 0 50 5432 db-0.db.shop.svc.cluster.local.
            8.0.42.10.in-addr.arpa.               | PTR  | NOERROR 8.0.42.10.in-addr.arpa. 5 PTR db-0.db.shop.svc.cluster.local.
            5.0.42.10.in-addr.arpa.               | PTR  | NXDOMAIN
            empty.shop.svc.cluster.local.         | A    | NXDOMAIN
            """)
    void aHeadlessServiceAnswersWithItsReadyEndpoints(String name, String type, String expected) {
        assertThat(said(ask(name, type))).isEqualTo(expected);
        assertThat(world.asked).isEmpty();
    }

    @Test
    void namesCompareWithoutRegardToCase() {
        assertThat(said(ask("WEB.Shop.SVC.cluster.LOCAL.", "A"))).endsWith("A 10.43.0.20");
    }

    @Test
    void srvAnswersBringTheAddressesAlong() {
        assertThat(ask("_sql._tcp.db.shop.svc.cluster.local.", "SRV").getSection(Section.ADDITIONAL))
                .hasSize(2);
    }

    @Test
    void whatIsNotThereComesWithTheAuthoritySoThatItIsRemembered() {
        assertThat(ask("nothing.shop.svc.cluster.local.", "A").getSection(Section.AUTHORITY))
                .singleElement()
                .satisfies(record -> assertThat(record.getTTL()).isEqualTo(5));
        assertThat(ask("web.shop.svc.cluster.local.", "AAAA").getSection(Section.AUTHORITY))
                .hasSize(1);
    }

    @Test
    void anExternalNameIsAnAliasWithTheAddressThatOthersKnow() {
        assertThat(said(ask("mail.shop.svc.cluster.local.", "A")))
                .isEqualTo(
                        "NOERROR mail.shop.svc.cluster.local. 5 CNAME mx.example.com. mx.example.com. 60 A 192.0.2.53");
    }

    @Test
    void anExternalNameInTheClusterIsFollowedHere() {
        assertThat(said(ask("alias.shop.svc.cluster.local.", "A")))
                .isEqualTo("NOERROR alias.shop.svc.cluster.local. 5 CNAME web.shop.svc.cluster.local."
                        + " web.shop.svc.cluster.local. 5 A 10.43.0.20");
        assertThat(world.asked).isEmpty();
    }

    @Test
    void aliasesThatGoRoundEnd() {
        assertThat(ask("loop.shop.svc.cluster.local.", "A").getSection(Section.ANSWER))
                .hasSizeLessThan(12);
    }

    @Test
    void otherNamesAreAskedElsewhereUnderTheClientsId() {
        Message query = query("mx.example.com.", "A");
        Message reply = ask(query, false);
        assertThat(said(reply)).isEqualTo("NOERROR mx.example.com. 60 A 192.0.2.53");
        assertThat(reply.getHeader().getID()).isEqualTo(query.getHeader().getID());
        assertThat(said(ask("1.2.0.192.in-addr.arpa.", "PTR"))).isEqualTo("NXDOMAIN");
        assertThat(world.asked).containsExactly("mx.example.com. A", "1.2.0.192.in-addr.arpa. PTR");
    }

    @Test
    void whenNobodyElseAnswersTheClientHearsOfAFailure() {
        world.gone = true;
        assertThat(said(ask("mx.example.com.", "A"))).isEqualTo("SERVFAIL");
        assertThat(said(ask("web.shop.svc.cluster.local.", "A"))).startsWith("NOERROR");
    }

    @Test
    void aQuestionThatCameBackIsRefused() {
        assertThat(said(ask("loop-test.invalid.", "HINFO"))).isEqualTo("REFUSED");
        assertThat(world.asked).isEmpty();
    }

    @Test
    void beforeTheClusterIsKnownItsNamesFailInsteadOfBeingDenied() {
        var unsynced = new ClusterFixture();
        var empty = new InformerDirectory(unsynced.informers);
        var early = new Responder(
                new ClusterZone(empty, DnsSettings.of(List.of(), List.of())),
                empty::synced,
                world,
                unsynced.runtime.random());
        assertThat(said(parsed(wire(
                        early.reply(query("web.shop.svc.cluster.local.", "A").toWire(), false)))))
                .isEqualTo("SERVFAIL");
    }

    @Test
    void anAnswerThatDoesNotFitIsCutAndWholeOverTcp() {
        cluster.service("many", ServiceSpec.EMPTY.withClusterIP("None"));
        cluster.slice(
                "many-1",
                "many",
                List.of(),
                ClusterFixture.ready(
                        IntStream.range(1, 200).mapToObj(i -> "10.42.7." + i).toArray(String[]::new)));
        cluster.runtime.runUntilIdle();
        Message query = query("many.shop.svc.cluster.local.", "A");
        assertThat(wire(responder.reply(query.toWire(), false)).length).isLessThanOrEqualTo(512);
        assertThat(ask(query, false).getHeader().getFlag(Flags.TC)).isTrue();
        Message whole = ask(query, true);
        assertThat(whole.getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(whole.getSection(Section.ANSWER)).hasSize(199);
    }

    @Test
    void answersComeInAnOrderOfChance() {
        var first = new TreeSet<String>();
        for (int i = 0; i < 30; i++) {
            first.add(ask("db.shop.svc.cluster.local.", "A")
                    .getSection(Section.ANSWER)
                    .getFirst()
                    .rdataToString());
        }
        assertThat(first).hasSize(2);
    }

    @Test
    void garbageGetsAnErrorOrNothing() {
        Message query = query("web.shop.svc.cluster.local.", "A");
        byte[] cut = Arrays.copyOf(query.toWire(), 20);
        assertThat(said(parsed(wire(responder.reply(cut, false))))).isEqualTo("FORMERR");
        assertThat(responder.reply(new byte[] {1, 2, 3}, false)).isInstanceOf(Reply.Nothing.class);
        query.getHeader().setFlag(Flags.QR);
        assertThat(responder.reply(query.toWire(), false)).isInstanceOf(Reply.Nothing.class);
    }

    @Test
    void transfersAndOtherClassesAreRefused() {
        assertThat(said(ask("cluster.local.", "AXFR"))).isEqualTo("REFUSED");
        Message chaos =
                Message.newQuery(Record.newRecord(Name.fromConstantString("version.bind."), Type.TXT, DClass.CHAOS));
        assertThat(said(ask(chaos, false))).isEqualTo("REFUSED");
    }

    private static Message parsed(byte[] wire) {
        try {
            return new Message(wire);
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }
}
