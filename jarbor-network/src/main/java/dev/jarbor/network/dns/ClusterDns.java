package dev.jarbor.network.dns;

import dev.jarbor.client.Informers;
import dev.jarbor.network.dns.Responder.Reply;
import dev.jarbor.network.host.HostException;
import dev.jarbor.runtime.Runtime;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Cluster DNS: listens for queries over UDP and TCP. An edge: sockets and a task for each of them, on the live runtime; on
 * a simulated one it listens nowhere. At most {@link #MOST_CONNECTIONS} TCP connections and {@link
 * Forwarder#MOST_AT_ONCE} queries that others have to answer are served at once; what is beyond gets no answer, and its
 * client asks again.
 */
public final class ClusterDns implements AutoCloseable {
    static final int MOST_CONNECTIONS = 256;

    /** How long a TCP connection may be silent (RFC 7766 asks for seconds). */
    static final int IDLE_MILLIS = 10_000;

    private static final System.Logger LOG = System.getLogger(ClusterDns.class.getName());

    private static final int MOST_BYTES = 65_535;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Runtime runtime;
    private final DnsSettings settings;
    private final Responder responder;
    private final Semaphore connections = new Semaphore(MOST_CONNECTIONS);
    private final Semaphore waiting = new Semaphore(Forwarder.MOST_AT_ONCE);
    private final List<AutoCloseable> open = new ArrayList<>();
    private List<InetSocketAddress> addresses = List.of();
    private volatile boolean closed;

    public ClusterDns(Informers informers, Runtime runtime, DnsSettings settings) {
        this(informers, runtime, settings, new Forwarder(runtime, () -> others(settings)));
    }

    ClusterDns(Informers informers, Runtime runtime, DnsSettings settings, Upstream upstream) {
        var directory = new InformerDirectory(informers);
        this.runtime = runtime;
        this.settings = settings;
        this.responder =
                new Responder(new ClusterZone(directory, settings), directory::synced, upstream, runtime.random());
    }

    private static List<InetSocketAddress> others(DnsSettings settings) {
        return ResolvConf.servers(settings.servers()).stream()
                .filter(server -> !settings.listen().contains(server))
                .toList();
    }

    /**
     * Begins to listen.
     *
     * @throws HostException when an address is not this machine's, or in use
     */
    public synchronized void start() {
        if (!runtime.mayBlock()) {
            return;
        }
        var bound = new ArrayList<InetSocketAddress>();
        for (InetSocketAddress address : settings.listen()) {
            try {
                var udp = new DatagramSocket(address);
                open.add(udp);
                var tcp = new ServerSocket();
                open.add(tcp);
                // On the port that UDP got, which is another one where port 0 was asked for.
                tcp.bind(udp.getLocalSocketAddress());
                bound.add(new InetSocketAddress(udp.getLocalAddress(), udp.getLocalPort()));
                runtime.execute("dns udp " + address, () -> receive(udp));
                runtime.execute("dns tcp " + address, () -> accept(tcp));
            } catch (IOException refused) {
                close();
                throw new HostException(
                        "cluster DNS cannot listen on " + address + " (" + refused.getMessage()
                                + "): is another name server or cluster running?",
                        refused);
            }
        }
        addresses = List.copyOf(bound);
    }

    /** Where it listens, in the order of the settings. */
    public synchronized List<InetSocketAddress> addresses() {
        return addresses;
    }

    Reply reply(byte[] packet, boolean tcp) {
        return responder.reply(packet, tcp);
    }

    private void receive(DatagramSocket socket) {
        byte[] buffer = new byte[MOST_BYTES];
        while (!closed && !socket.isClosed()) {
            try {
                var packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                SocketAddress client = packet.getSocketAddress();
                switch (reply(Arrays.copyOf(buffer, packet.getLength()), false)) {
                    case Reply.Now now -> send(socket, now.answer().finish(), client);
                    case Reply.Later later -> later(later, socket, client);
                    case Reply.Nothing nothing -> {}
                }
            } catch (IOException | RuntimeException failed) {
                report("receive", failed);
                runtime.schedule("dns udp", PAUSE, () -> receive(socket));
                return;
            }
        }
    }

    private void later(Reply.Later later, DatagramSocket socket, SocketAddress client) {
        if (!waiting.tryAcquire()) {
            return;
        }
        runtime.execute("dns forward", () -> {
            try {
                send(socket, later.answer().finish(), client);
            } finally {
                waiting.release();
            }
        });
    }

    private void send(DatagramSocket socket, byte[] wire, SocketAddress client) {
        try {
            socket.send(new DatagramPacket(wire, wire.length, client));
        } catch (IOException gone) {
            report("send", gone);
        }
    }

    private void accept(ServerSocket server) {
        while (!closed && !server.isClosed()) {
            try {
                Socket client = server.accept();
                if (connections.tryAcquire()) {
                    runtime.execute("dns connection", () -> serve(client));
                } else {
                    client.close();
                }
            } catch (IOException failed) {
                // Such as too many open files: that passes, and must not be tried without end until then.
                report("accept", failed);
                runtime.schedule("dns tcp", PAUSE, () -> accept(server));
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setSoTimeout(IDLE_MILLIS);
            var in = new DataInputStream(client.getInputStream());
            while (!closed) {
                byte[] query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                byte[] wire;
                switch (reply(query, true)) {
                    case Reply.Now now -> wire = now.answer().finish();
                    case Reply.Later later -> wire = later.answer().finish();
                    case Reply.Nothing nothing -> {
                        return;
                    }
                }
                byte[] framed = new byte[wire.length + 2];
                framed[0] = (byte) (wire.length >>> 8);
                framed[1] = (byte) wire.length;
                System.arraycopy(wire, 0, framed, 2, wire.length);
                client.getOutputStream().write(framed);
            }
        } catch (EOFException | SocketTimeoutException over) {
            // the client has no more questions
        } catch (IOException gone) {
            report("answer", gone);
        } finally {
            connections.release();
        }
    }

    private void report(String what, Exception cause) {
        if (!closed) {
            LOG.log(System.Logger.Level.DEBUG, "dns: cannot " + what, cause);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        for (AutoCloseable socket : open) {
            try {
                socket.close();
            } catch (Exception ignored) {
                // it is closed then
            }
        }
        open.clear();
    }
}
