package dev.jarbor.server.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A TCP connection. */
public final class SocketLine implements Line {
    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;

    SocketLine(Socket socket) throws IOException {
        this.socket = socket;
        this.input = socket.getInputStream();
        this.output = socket.getOutputStream();
    }

    /** Connects to {@code host}, a name or an address. */
    public static Line dial(String host, int port, Duration patience) throws IOException {
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("dial tcp: lookup " + host + ": no such host");
        }
        var socket = new Socket();
        String where = "dial tcp " + written(address) + ": ";
        try {
            socket.setTcpNoDelay(true);
            socket.connect(address, millis(patience));
            return new SocketLine(socket);
        } catch (SocketTimeoutException late) {
            socket.close();
            throw new TimedOutException(late);
        } catch (ConnectException refused) {
            socket.close();
            throw new IOException(where + "connect: connection refused", refused);
        } catch (IOException failure) {
            socket.close();
            throw new IOException(where + "connect: " + failure.getMessage(), failure);
        }
    }

    private static String written(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    static int millis(Duration patience) {
        return Math.clamp(patience.toMillis(), 0, Integer.MAX_VALUE);
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void patience(Duration patience) throws IOException {
        socket.setSoTimeout(millis(patience));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
