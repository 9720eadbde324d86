package dev.jarbor.network.dns;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Turns a query into a reply (RFC 1035, EDNS: RFC 6891). Queries about the cluster are answered at once; {@link Reply.Later}
 * says that other servers have to be asked, which takes time.
 */
final class Responder {
    /** What fits through every network without fragments (DNS flag day 2020). */
    static final int MOST_UDP = 1232;

    private static final int LEAST_UDP = 512;
    private static final int MOST_TCP = 65_535;
    private static final int MOST_ALIASES = 8;

    private final ClusterZone zone;
    private final BooleanSupplier ready;
    private final Upstream upstream;
    private final RandomGenerator chance;

    Responder(ClusterZone zone, BooleanSupplier ready, Upstream upstream, RandomGenerator chance) {
        this.zone = zone;
        this.ready = ready;
        this.upstream = upstream;
        this.chance = chance;
    }

    /** What to do about a packet. */
    sealed interface Reply {
        /** Send what {@code answer} gives; does not wait. */
        record Now(Work answer) implements Reply {}

        /** Ask others first, then send what {@code answer} gives; may wait. */
        record Later(Work answer) implements Reply {}

        /** Not a query: no answer at all. */
        record Nothing() implements Reply {}

        /** Gives a reply in the end. */
        interface Work {
            byte[] finish();
        }
    }

    Reply reply(byte[] packet, boolean tcp) {
        Message query;
        try {
            query = new Message(packet);
        } catch (IOException | RuntimeException malformed) {
            return malformed(packet);
        }
        if (query.getHeader().getFlag(Flags.QR)) {
            return new Reply.Nothing();
        }
        Optional<Integer> objection = objection(query);
        if (objection.isPresent()) {
            return new Reply.Now(() -> wire(empty(query, objection.get()), query, tcp));
        }
        return answer(query, tcp);
    }

    private Reply answer(Message query, boolean tcp) {
        Record question = query.getQuestion();
        Answer answer = zone.answer(question.getName(), question.getType());
        if (answer instanceof Answer.Elsewhere) {
            return upstream.isOwn(query)
                    ? new Reply.Now(() -> wire(empty(query, Rcode.REFUSED), query, tcp))
                    : new Reply.Later(() -> wire(forwarded(query, tcp), query, tcp));
        }
        if (!ready.getAsBoolean()) {
            return new Reply.Now(() -> wire(empty(query, Rcode.SERVFAIL), query, tcp));
        }
        return follow(query, answer, tcp);
    }

    /** Goes after aliases as far as they stay in the cluster, and leaves the last step to others. */
    private Reply follow(Message query, Answer first, boolean tcp) {
        int type = query.getQuestion().getType();
        Message reply = empty(query, Rcode.NOERROR);
        reply.getHeader().setFlag(Flags.AA);
        Answer answer = first;
        Name asked = query.getQuestion().getName();
        for (int aliases = 0; answer instanceof Answer.Alias alias; aliases++) {
            reply.addRecord(alias.alias(), Section.ANSWER);
            if (type == Type.CNAME || type == Type.ANY || aliases == MOST_ALIASES) {
                return new Reply.Now(() -> wire(reply, query, tcp));
            }
            asked = alias.target();
            answer = zone.answer(asked, type);
        }
        switch (answer) {
            case Answer.Elsewhere elsewhere -> {
                Name target = asked;
                return new Reply.Later(() -> wire(completed(reply, target, type, tcp), query, tcp));
            }
            case Answer.NoSuchName none -> {
                reply.getHeader().setRcode(Rcode.NXDOMAIN);
                reply.addRecord(zone.authority(asked), Section.AUTHORITY);
            }
            case Answer.Records records -> {
                shuffled(records.answer()).forEach(record -> reply.addRecord(record, Section.ANSWER));
                records.additional().forEach(record -> reply.addRecord(record, Section.ADDITIONAL));
                if (records.answer().isEmpty()) {
                    reply.addRecord(zone.authority(asked), Section.AUTHORITY);
                }
            }
            case Answer.Alias alias -> throw new IllegalStateException("all aliases were followed");
        }
        return new Reply.Now(() -> wire(reply, query, tcp));
    }

    private Message completed(Message reply, Name target, int type, boolean tcp) {
        Message query = Message.newQuery(Record.newRecord(target, type, DClass.IN));
        Optional<Message> answer = upstream.ask(query, tcp);
        if (answer.isEmpty()) {
            reply.getHeader().setRcode(Rcode.SERVFAIL);
        } else {
            reply.getHeader().setRcode(answer.get().getHeader().getRcode());
            answer.get().getSection(Section.ANSWER).forEach(record -> reply.addRecord(record, Section.ANSWER));
        }
        return reply;
    }

    private Message forwarded(Message query, boolean tcp) {
        return upstream.ask(query, tcp).orElseGet(() -> empty(query, Rcode.SERVFAIL));
    }

    /** Clients tend to take the first address: chance spreads them over all. */
    private List<Record> shuffled(List<Record> records) {
        if (records.size() < 2) {
            return records;
        }
        var order = new ArrayList<>(records);
        for (int i = order.size() - 1; i > 0; i--) {
            Collections.swap(order, i, chance.nextInt(i + 1));
        }
        return order;
    }

    private static Optional<Integer> objection(Message query) {
        if (query.getHeader().getOpcode() != Opcode.QUERY) {
            return Optional.of(Rcode.NOTIMP);
        }
        if (query.getSection(Section.QUESTION).size() != 1) {
            return Optional.of(Rcode.FORMERR);
        }
        OPTRecord edns = query.getOPT();
        if (edns != null && edns.getVersion() != 0) {
            return Optional.of(Rcode.BADVERS);
        }
        Record question = query.getQuestion();
        boolean transfer = question.getType() == Type.AXFR || question.getType() == Type.IXFR;
        boolean internet = question.getDClass() == DClass.IN || question.getDClass() == DClass.ANY;
        return transfer || !internet ? Optional.of(Rcode.REFUSED) : Optional.empty();
    }

    private static Message empty(Message query, int rcode) {
        var reply = new Message(query.getHeader().getID());
        Header header = reply.getHeader();
        header.setOpcode(query.getHeader().getOpcode());
        header.setFlag(Flags.QR);
        header.setFlag(Flags.RA);
        if (query.getHeader().getFlag(Flags.RD)) {
            header.setFlag(Flags.RD);
        }
        header.setRcode(rcode & 0xF);
        query.getSection(Section.QUESTION).forEach(question -> reply.addRecord(question, Section.QUESTION));
        if (query.getOPT() != null) {
            reply.addRecord(new OPTRecord(MOST_UDP, rcode >>> 4, 0), Section.ADDITIONAL);
        }
        return reply;
    }

    /** Answers that do not fit into the client's packet are cut, with the flag that tells it to come back over TCP. */
    private static byte[] wire(Message reply, Message query, boolean tcp) {
        if (tcp) {
            return reply.toWire(MOST_TCP);
        }
        OPTRecord edns = query.getOPT();
        int room = edns == null ? LEAST_UDP : Math.clamp(edns.getPayloadSize(), LEAST_UDP, MOST_UDP);
        return reply.toWire(room);
    }

    private static Reply malformed(byte[] packet) {
        boolean query = packet.length >= Header.LENGTH && (packet[2] & 0x80) == 0;
        if (!query) {
            return new Reply.Nothing();
        }
        var reply = new Message((packet[0] & 0xFF) << 8 | (packet[1] & 0xFF));
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setRcode(Rcode.FORMERR);
        return new Reply.Now(reply::toWire);
    }
}
