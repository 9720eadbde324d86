package dev.jarbor.node.cri;

import dev.jarbor.client.NodeConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** A forwarded port as a socket of the host. */
record SocketPort(Socket socket, InputStream input, OutputStream output) implements NodeConnection.PortStream {
    SocketPort(Socket socket) throws IOException {
        this(socket, socket.getInputStream(), socket.getOutputStream());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
