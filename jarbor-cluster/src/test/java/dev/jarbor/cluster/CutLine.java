package dev.jarbor.cluster;

import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A port that leads to another one until the line is cut: what a client sees when its network fails for a while. */
final class CutLine implements AutoCloseable {
    private final ServerSocket listening;
    private final int target;
    private final Runtime runtime;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    private CutLine(ServerSocket listening, int target, Runtime runtime) {
        this.listening = listening;
        this.target = target;
        this.runtime = runtime;
    }

    static CutLine to(int target, Runtime runtime) {
        try {
            var line = new CutLine(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target, runtime);
            runtime.execute("line", line::accept);
            return line;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Breaks every connection, and every one that is tried from now on. */
    void cut() {
        cut = true;
        open.forEach(CutLine::closeQuietly);
    }

    void mend() {
        cut = false;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                if (cut) {
                    closeQuietly(client);
                    continue;
                }
                var server = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(client);
                open.add(server);
                runtime.execute("there", () -> carry(client, server));
                runtime.execute("back", () -> carry(server, client));
            } catch (IOException closed) {
                // The test is over, or this one client is gone.
            }
        }
    }

    private void carry(Socket from, Socket to) {
        try (from;
                to) {
            InputStream input = from.getInputStream();
            OutputStream output = to.getOutputStream();
            input.transferTo(output);
        } catch (IOException broken) {
            // Cut, or left by one side.
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException already) {
            // It is closed all the same.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        open.forEach(CutLine::closeQuietly);
    }
}
