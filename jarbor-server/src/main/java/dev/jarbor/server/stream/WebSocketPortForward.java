package dev.jarbor.server.stream;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.stream.pipe.BoundedPipe;
import dev.jarbor.server.stream.pipe.Duplex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Port-forward over WebSocket channels, one connection for each port asked for: channel 2i carries the i-th port's bytes
 * and channel 2i+1 its errors; both begin with the port in two bytes, low byte first.
 */
public final class WebSocketPortForward {
    private static final int BUFFER = 256 * 1024;

    private final WebSocket socket;
    private final Channels channels;
    private final PortTarget target;
    private final List<Integer> ports;
    private final Runtime runtime;

    public WebSocketPortForward(
            Duplex wire, ChannelProtocol protocol, PortTarget target, List<Integer> ports, Runtime runtime) {
        this.socket = new WebSocket(wire);
        this.channels = new Channels(socket, protocol);
        this.target = target;
        this.ports = List.copyOf(ports);
        this.runtime = runtime;
    }

    /** Forwards until the client's connection ends. */
    public void serve() throws IOException {
        var uploads = new ArrayList<BoundedPipe>();
        for (int i = 0; i < ports.size(); i++) {
            int port = ports.get(i);
            byte[] head = {(byte) port, (byte) (port >> 8)};
            channels.send(2 * i, head, 0, head.length);
            channels.send(2 * i + 1, head, 0, head.length);
            var upload = new BoundedPipe(BUFFER);
            uploads.add(upload);
            int channel = 2 * i;
            runtime.execute("port-forward " + port, () -> forward(channel, port, upload.source()));
        }
        try {
            Optional<Channels.Message> message = channels.receive();
            while (message.isPresent()) {
                int channel = message.get().channel();
                if (channel % 2 == 0 && channel / 2 < uploads.size()) {
                    byte[] bytes = message.get().bytes();
                    uploads.get(channel / 2).write(bytes, 0, bytes.length);
                }
                message = channels.receive();
            }
        } finally {
            uploads.forEach(BoundedPipe::end);
            socket.close(WebSocket.NORMAL, "");
        }
    }

    private void forward(int channel, int port, InputStream fromClient) {
        PortPump.run(target, port, fromClient, channels.output(channel), runtime, message -> {
            try {
                byte[] text = message.getBytes(StandardCharsets.UTF_8);
                channels.send(channel + 1, text, 0, text.length);
            } catch (IOException gone) {
                // the client has left and needs no explanation
            }
        });
        if (ports.size() == 1) {
            try {
                socket.close(WebSocket.NORMAL, "");
            } catch (IOException gone) {
                // closed already
            }
        }
    }
}
