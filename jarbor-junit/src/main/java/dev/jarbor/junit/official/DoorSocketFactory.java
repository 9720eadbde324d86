package dev.jarbor.junit.official;

import dev.jarbor.server.http.Door;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Makes sockets that end at a {@link Door}, wherever they are said to lead. */
final class DoorSocketFactory extends SocketFactory {
    private final Door door;

    DoorSocketFactory(Door door) {
        this.door = door;
    }

    @Override
    public Socket createSocket() {
        return new DoorSocket(door);
    }

    @Override
    public Socket createSocket(String host, int port) {
        return createSocket();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        return createSocket();
    }
}
