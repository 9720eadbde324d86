package dev.jarbor.server.stream;

import dev.jarbor.api.codec.Json;
import dev.jarbor.client.NodeConnection.ResizeListener;
import dev.jarbor.client.NodeConnection.StreamOptions;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.stream.pipe.BoundedPipe;
import dev.jarbor.server.stream.pipe.Duplex;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * An exec or attach over the channels of a WebSocket: 0 stdin, 1 stdout, 2 stderr, 3 how it ended, 4 terminal sizes, and
 * in version 5 255, which names a channel that the client has closed.
 */
public final class WebSocketCommand implements CommandSession {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int ERROR = 3;
    private static final int RESIZE = 4;
    private static final int CLOSED = 255;
    private static final int BUFFER = 256 * 1024;
    /** How long a client may take to answer the close frame before its connection is cut. */
    private static final Duration LINGER = Duration.ofSeconds(10);

    private final Duplex wire;
    private final WebSocket socket;
    private final ChannelProtocol protocol;
    private final Channels channels;
    private final Runtime runtime;
    private final BoundedPipe stdin = new BoundedPipe(BUFFER);
    private final Resizes resizes = new Resizes();
    private volatile Runtime.Timer linger = () -> {};

    public WebSocketCommand(Duplex wire, ChannelProtocol protocol, Runtime runtime) {
        this.wire = wire;
        this.socket = new WebSocket(wire);
        this.protocol = protocol;
        this.channels = new Channels(socket, protocol);
        this.runtime = runtime;
    }

    /** Carries {@code command} until the client's connection ends. */
    public void serve(RemoteCommand command) throws IOException {
        StreamOptions options = command.options();
        // tells the client that the connection stands, before anything is written
        channels.send(options.stdout() ? STDOUT : options.stderr() ? STDERR : ERROR, new byte[0], 0, 0);
        if (!options.stdin()) {
            stdin.end();
        }
        runtime.execute("exec " + command.container(), () -> command.run(this));
        try {
            Optional<Channels.Message> message = channels.receive();
            while (message.isPresent()) {
                received(message.get().channel(), message.get().bytes());
                message = channels.receive();
            }
        } finally {
            linger.cancel();
            stdin.end();
            socket.close(WebSocket.NORMAL, "");
        }
    }

    private void received(int channel, byte[] bytes) throws IOException {
        switch (channel) {
            case STDIN -> stdin.write(bytes, 0, bytes.length);
            case RESIZE -> resizes.received(bytes, bytes.length);
            case CLOSED -> {
                if (protocol == ChannelProtocol.V5 && bytes.length == 1 && bytes[0] == STDIN) {
                    stdin.end();
                }
            }
            default -> {
                // channels of the server's: the client has nothing to say on them
            }
        }
    }

    @Override
    public InputStream stdin() {
        return stdin.source();
    }

    @Override
    public OutputStream stdout() {
        return channels.output(STDOUT);
    }

    @Override
    public OutputStream stderr() {
        return channels.output(STDERR);
    }

    @Override
    public void onResize(ResizeListener listener) {
        resizes.listen(listener);
    }

    @Override
    public void finish(CommandResult result) throws IOException {
        stdin.source().close();
        byte[] told =
                protocol.status() ? Json.bytes(result.status()) : result.text().getBytes(StandardCharsets.UTF_8);
        if (told.length > 0) {
            channels.send(ERROR, told, 0, told.length);
        }
        socket.close(WebSocket.NORMAL, "");
        linger = runtime.schedule("linger", LINGER, () -> Closing.quietly(wire.input()));
    }
}
