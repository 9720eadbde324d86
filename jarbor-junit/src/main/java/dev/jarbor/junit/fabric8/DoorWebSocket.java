package dev.jarbor.junit.fabric8;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.http.Door;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** The client's side of a WebSocket (RFC 6455) through the door. Messages are handed on as they are asked for. */
final class DoorWebSocket implements WebSocket {
    private static final int NORMAL = 1000;
    private static final int ABNORMAL = 1006;

    private final Door.Answer connection;
    private final Listener listener;
    private final ClientFrames frames;
    private final Semaphore asked = new Semaphore(1);
    private final AtomicBoolean closing = new AtomicBoolean();

    DoorWebSocket(Door.Answer connection, Listener listener) {
        this.connection = connection;
        this.listener = listener;
        this.frames = new ClientFrames(connection.body(), connection.output());
    }

    void open(Runtime runtime) {
        listener.onOpen(this);
        runtime.execute("web socket", this::receive);
    }

    private void receive() {
        try (connection) {
            boolean more = true;
            while (more) {
                asked.acquire();
                more = handOn(frames.read());
            }
        } catch (IOException broken) {
            if (closing.get()) {
                listener.onClose(this, ABNORMAL, "closed");
            } else {
                listener.onError(this, broken);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            listener.onClose(this, ABNORMAL, "the client has closed");
        }
    }

    /** Answers whether more is to come. */
    private boolean handOn(ClientFrames.Message message) throws IOException {
        switch (message.kind()) {
            case ClientFrames.TEXT -> listener.onMessage(this, new String(message.bytes(), StandardCharsets.UTF_8));
            case ClientFrames.BINARY -> listener.onMessage(this, ByteBuffer.wrap(message.bytes()));
            case ClientFrames.PING -> {
                frames.write(ClientFrames.PONG, message.bytes());
                asked.release();
            }
            case ClientFrames.CLOSE -> {
                sendClose(NORMAL, "");
                listener.onClose(this, message.closeCode(), message.closeReason());
                return false;
            }
            default -> asked.release();
        }
        return true;
    }

    @Override
    public boolean send(ByteBuffer message) {
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        try {
            frames.write(ClientFrames.BINARY, bytes);
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    @Override
    public boolean sendClose(int code, String reason) {
        if (!closing.compareAndSet(false, true)) {
            return false;
        }
        asked.release(); // so that the answer is read
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        ByteBuffer close =
                ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text);
        try {
            frames.write(ClientFrames.CLOSE, close.array());
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    /** Nothing waits: sending returns when the server has room. */
    @Override
    public long queueSize() {
        return 0;
    }

    @Override
    public void request() {
        asked.release();
    }
}
