package dev.jarbor.network.nft;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * A machine in a test's network: serves on a port over TCP and UDP, saying who it is and whom it sees, and connects to
 * others as told on its standard input ({@code tcp ADDRESS PORT}).
 */
final class Probe {
    private static final int PATIENCE_MILLIS = 700;
    /** UDP leaves from the same port each time, as a long-lived client does. */
    private static final int UDP_PORT = 40_053;

    private final InetAddress self;

    private Probe(InetAddress self) {
        this.self = self;
    }

    public static void main(String[] arguments) throws IOException {
        var probe = new Probe(InetAddress.getByName(arguments[0]));
        int port = Integer.parseInt(arguments[1]);
        var tcp = new ServerSocket(port);
        var udp = new DatagramSocket(port);
        Thread.ofVirtual().start(() -> probe.serve(tcp));
        Thread.ofVirtual().start(() -> probe.serve(udp));
        var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println("ready");
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ", -1);
            var target = new InetSocketAddress(InetAddress.getByName(words[1]), Integer.parseInt(words[2]));
            out.println(words[0].equals("tcp") ? tcp(target) : udp(target));
        }
    }

    private static String tcp(InetSocketAddress target) {
        try (var socket = new Socket()) {
            socket.connect(target, PATIENCE_MILLIS);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (ConnectException refused) {
            return "refused";
        } catch (SocketTimeoutException silent) {
            return "dropped";
        } catch (IOException other) {
            return other.toString();
        }
    }

    private static String udp(InetSocketAddress target) {
        try (var socket = new DatagramSocket(UDP_PORT)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(target);
            socket.send(new DatagramPacket(new byte[1], 1));
            var packet = new DatagramPacket(new byte[200], 200);
            socket.receive(packet);
            return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
        } catch (PortUnreachableException refused) {
            return "refused";
        } catch (SocketTimeoutException silent) {
            return "dropped";
        } catch (IOException other) {
            return other.toString();
        }
    }

    private String seeing(InetAddress client) {
        return self.getHostAddress() + " sees " + client.getHostAddress();
    }

    private void serve(ServerSocket server) {
        while (true) {
            try (Socket client = server.accept()) {
                client.getOutputStream().write(seeing(client.getInetAddress()).getBytes(StandardCharsets.UTF_8));
            } catch (IOException gone) {
                return;
            }
        }
    }

    private void serve(DatagramSocket server) {
        while (true) {
            try {
                var packet = new DatagramPacket(new byte[200], 200);
                server.receive(packet);
                byte[] answer = seeing(packet.getAddress()).getBytes(StandardCharsets.UTF_8);
                server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException gone) {
                return;
            }
        }
    }
}
