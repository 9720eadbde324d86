package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A client that speaks HTTP/2 frame by frame. */
class OpenStreamsTest {
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final byte[] CANCEL = {0, 0, 0, 8};

    @AutoClose
    private final HttpCluster cluster = new HttpCluster();

    @Test
    void aResetOfWhatIsOverDisturbsNobodyElseOnTheConnection() throws IOException {
        try (var client = new Client()) {
            client.get(1, "/version");
            client.readUntilTheEndOf(1);
            client.get(3, "/api/v1/namespaces?watch=true");
            client.readUntil(HEADERS, 3);
            client.write(RST_STREAM, 0, 1, CANCEL);
            client.write(PING, 0, 0, new byte[8]);

            assertThat(client.readUntil(PING, 0)).hasSize(8);
            client.get(5, "/version");
            client.readUntilTheEndOf(5);
        }
    }

    @Test
    void whoGivesAConnectionUpSaysWhatWasWorkedOn() throws IOException {
        try (var client = new Client()) {
            client.get(1, "/version");
            client.readUntilTheEndOf(1);
            client.get(3, "/api/v1/namespaces?watch=true");
            client.readUntil(HEADERS, 3);
            client.write(SETTINGS, 0, 3, new byte[0]);

            assertThat(ByteBuffer.wrap(client.readUntil(GOAWAY, 0)).getInt()).isEqualTo(3);
        }
    }

    @Test
    void aFrameThatIsTooLongEndsTheConnection() throws IOException {
        try (var client = new Client()) {
            client.head(1 << 20, PING, 0, 0);

            assertThat(ByteBuffer.wrap(client.readUntil(GOAWAY, 0)).getInt(4))
                    .as("FRAME_SIZE_ERROR")
                    .isEqualTo(6);
        }
    }

    private final class Client implements AutoCloseable {
        private final SSLSocket socket;
        private final OutputStream output;
        private final DataInputStream input;

        Client() throws IOException {
            socket = (SSLSocket) cluster.adminTls
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), cluster.face.port());
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            output = socket.getOutputStream();
            input = new DataInputStream(socket.getInputStream());
            output.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            write(SETTINGS, 0, 0, new byte[0]);
        }

        void get(int stream, String path) throws IOException {
            var block = new ByteArrayOutputStream();
            block.write(0x82); // :method GET, by the static table of RFC 7541
            block.write(0x87); // :scheme https
            literal(block, 4, path); // :path
            literal(block, 1, "localhost"); // :authority
            write(HEADERS, END_STREAM | END_HEADERS, stream, block.toByteArray());
        }

        private static void literal(ByteArrayOutputStream block, int name, String value) {
            block.write(name);
            block.write(value.length());
            block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
        }

        void write(int type, int flags, int stream, byte[] payload) throws IOException {
            head(payload.length, type, flags, stream);
            output.write(payload);
            output.flush();
        }

        void head(int length, int type, int flags, int stream) throws IOException {
            output.write(ByteBuffer.allocate(9)
                    .put((byte) (length >> 16))
                    .putShort((short) length)
                    .put((byte) type)
                    .put((byte) flags)
                    .putInt(stream)
                    .array());
            output.flush();
        }

        /** The payload of the first frame of this kind; a connection that is given up before it fails the test. */
        byte[] readUntil(int type, int stream) throws IOException {
            return read(type, stream, 0);
        }

        void readUntilTheEndOf(int stream) throws IOException {
            read(-1, stream, END_STREAM);
        }

        private byte[] read(int wanted, int stream, int flags) throws IOException {
            while (true) {
                int length = input.readUnsignedByte() << 16 | input.readUnsignedShort();
                int type = input.readUnsignedByte();
                int set = input.readUnsignedByte();
                int at = input.readInt();
                byte[] payload = input.readNBytes(length);
                boolean ofWanted = wanted < 0 ? type <= HEADERS : type == wanted;
                if (ofWanted && at == stream && (set & flags) == flags) {
                    return payload;
                }
                assertThat(type).as("type of a frame").isNotEqualTo(GOAWAY);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
