package dev.jarbor.network.dns;

import dev.jarbor.runtime.Runtime;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * Asks the machine's own name servers, one after the other, beginning with the one that answered last. An edge: blocks,
 * so it runs on the live runtime only.
 *
 * <p>Where such a server asks us in turn, a query would go round for ever. So each list of servers is tried with a name
 * nobody else uses; if that question arrives here, the servers lead back and nothing is asked until they change.
 */
final class Forwarder implements Upstream {
    /** More queries at once are refused: their clients try again. */
    static final int MOST_AT_ONCE = 512;

    /** How long one server may take. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Stub resolvers give up after 5 s; an answer after that is for nobody. */
    static final Duration LIMIT = Duration.ofMillis(4500);

    private static final System.Logger LOG = System.getLogger(Forwarder.class.getName());

    private static final int MOST_BYTES = 65_535;

    private final Runtime runtime;
    private final Supplier<List<InetSocketAddress>> source;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);
    private volatile Servers servers = new Servers(List.of(), 0, Name.root, false);

    /**
     * @param first which of them to ask first
     * @param token the name that only the trial of this list asks for
     * @param circular whether that question arrived here
     */
    private record Servers(List<InetSocketAddress> all, int first, Name token, boolean circular) {}

    /** @param source gives the servers of the moment, and is asked before each query */
    Forwarder(Runtime runtime, Supplier<List<InetSocketAddress>> source) {
        this.runtime = runtime;
        this.source = source;
    }

    @Override
    public Optional<Message> ask(Message query, boolean tcp) {
        Servers now = current();
        if (now.circular || now.all.isEmpty() || !room.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return ask(query, tcp, now);
        } finally {
            room.release();
        }
    }

    @Override
    public boolean isOwn(Message query) {
        Servers now = servers;
        boolean own = query.getQuestion().getType() == Type.HINFO
                && query.getQuestion().getName().equals(now.token);
        if (own && !now.circular) {
            servers = new Servers(now.all, now.first, now.token, true);
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the machine''s name servers {0} ask cluster DNS in turn: names outside of the cluster are not found until"
                            + " resolv.conf names others",
                    now.all);
        }
        return own;
    }

    private Servers current() {
        List<InetSocketAddress> wanted = source.get();
        Servers now = servers;
        if (wanted.equals(now.all)) {
            return now;
        }
        Name token = Names.of(runtime.newUid() + ".loop-test.invalid", Name.root);
        var fresh = new Servers(List.copyOf(wanted), 0, token, false);
        servers = fresh;
        runtime.execute(
                "dns loop test",
                () -> ask(Message.newQuery(Record.newRecord(token, Type.HINFO, DClass.IN)), false, fresh));
        return fresh;
    }

    private Optional<Message> ask(Message query, boolean tcp, Servers now) {
        long deadline = runtime.nanoTime() + LIMIT.toNanos();
        for (int turn = 0; turn < Math.max(2, now.all.size()); turn++) {
            int index = (now.first + turn) % now.all.size();
            long left = deadline - runtime.nanoTime();
            if (left <= 0 || servers.circular) {
                break;
            }
            Duration patience = left < PATIENCE.toNanos() ? Duration.ofNanos(left) : PATIENCE;
            Optional<Message> answer = askOne(now.all.get(index), query, tcp, patience);
            if (answer.isPresent()) {
                remember(now, index);
                return answer;
            }
        }
        return Optional.empty();
    }

    private void remember(Servers now, int index) {
        Servers latest = servers;
        if (latest.all.equals(now.all) && latest.first != index) {
            servers = new Servers(latest.all, index, latest.token, latest.circular);
        }
    }

    private Optional<Message> askOne(InetSocketAddress server, Message query, boolean tcp, Duration patience) {
        Message sent = query.clone();
        // An id of our own: clients share the way, and their ids may coincide.
        sent.getHeader().setID(runtime.random().nextInt(1 << 16));
        try {
            Optional<Message> answer = tcp ? overTcp(server, sent, patience) : overUdp(server, sent, patience);
            answer.ifPresent(found -> found.getHeader().setID(query.getHeader().getID()));
            return answer;
        } catch (IOException unreachable) {
            return Optional.empty();
        }
    }

    private Optional<Message> overUdp(InetSocketAddress server, Message query, Duration patience) throws IOException {
        long deadline = runtime.nanoTime() + patience.toNanos();
        try (var socket = new DatagramSocket()) {
            // Connected: packets of others are not received, and an unreachable port is heard of.
            socket.connect(server);
            byte[] wire = query.toWire();
            socket.send(new DatagramPacket(wire, wire.length));
            var packet = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
            while (true) {
                long left = Duration.ofNanos(deadline - runtime.nanoTime()).toMillis();
                if (left <= 0) {
                    return Optional.empty();
                }
                socket.setSoTimeout((int) left);
                packet.setLength(MOST_BYTES);
                socket.receive(packet);
                Optional<Message> answer = matching(Arrays.copyOf(packet.getData(), packet.getLength()), query);
                if (answer.isPresent()) {
                    return answer;
                }
            }
        } catch (SocketTimeoutException silent) {
            return Optional.empty();
        }
    }

    private static Optional<Message> overTcp(InetSocketAddress server, Message query, Duration patience)
            throws IOException {
        int limit = (int) Math.max(1, patience.toMillis());
        try (var socket = new Socket()) {
            socket.connect(server, limit);
            socket.setSoTimeout(limit);
            byte[] wire = query.toWire();
            var out = new DataOutputStream(socket.getOutputStream());
            byte[] framed = new byte[wire.length + 2];
            framed[0] = (byte) (wire.length >>> 8);
            framed[1] = (byte) wire.length;
            System.arraycopy(wire, 0, framed, 2, wire.length);
            out.write(framed);
            out.flush();
            var in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readUnsignedShort()];
            in.readFully(answer);
            return matching(answer, query);
        }
    }

    /** What does not belong to the question is somebody's attempt to be believed (RFC 5452). */
    private static Optional<Message> matching(byte[] wire, Message query) {
        try {
            var answer = new Message(wire);
            boolean matches = answer.getHeader().getFlag(Flags.QR)
                    && answer.getHeader().getID() == query.getHeader().getID()
                    && Objects.equals(answer.getQuestion(), query.getQuestion());
            return matches ? Optional.of(answer) : Optional.empty();
        } catch (IOException malformed) {
            return Optional.empty();
        }
    }
}
