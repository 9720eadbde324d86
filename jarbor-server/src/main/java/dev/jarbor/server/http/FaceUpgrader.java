package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.server.stream.pipe.Duplex;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Takes connections out of HTTP/1.1. A request that is refused is not upgraded: it goes on as a plain request, is refused
 * there for the same reason, and gets its Status.
 */
final class FaceUpgrader implements Http1Upgrader {
    private final String protocol;
    private final Supplier<Front> front;

    FaceUpgrader(String protocol, Supplier<Front> front) {
        this.protocol = protocol;
        this.front = front;
    }

    @Override
    public String supportedProtocol() {
        return protocol;
    }

    @Override
    @SuppressWarnings("NullAway") // null is how the interface says that there is no upgrade
    public ServerConnection upgrade(ConnectionContext connection, HttpPrologue prologue, WritableHeaders<?> headers) {
        RequestHead head = FaceRouting.head(prologue, headers);
        Optional<Upgrade> upgrade;
        try {
            upgrade = front.get()
                    .upgrade(
                            head,
                            FaceExchange.certificates(connection),
                            FaceExchange.remote(connection),
                            ticket -> headers.set(HeaderNames.create(RefusedUpgrades.TICKET), ticket));
        } catch (ApiException refused) {
            return null;
        }
        if (upgrade.isEmpty()) {
            return null;
        }
        var answer = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
        upgrade.get()
                .headers()
                .forEach(header -> answer.append(header.name())
                        .append(": ")
                        .append(header.value())
                        .append("\r\n"));
        answer.append("\r\n");
        connection.dataWriter().writeNow(BufferData.create(answer.toString().getBytes(StandardCharsets.ISO_8859_1)));
        return new Upgraded(connection, upgrade.get().speaker());
    }

    private record Upgraded(ConnectionContext connection, Upgrade.Speaker speaker) implements ServerConnection {
        @Override
        public void handle(io.helidon.common.concurrency.limits.Limit limit) {
            try {
                speaker.speak(new Duplex(new Input(connection), new Output(connection.dataWriter())));
            } catch (IOException | RuntimeException ended) {
                throw new CloseConnectionException("the stream has ended", ended);
            }
            throw new CloseConnectionException("the stream is over");
        }

        @Override
        public Duration idleTime() {
            // a terminal may rest as long as its user does
            return Duration.ZERO;
        }

        @Override
        public void close(boolean interrupt) {
            try {
                connection.serverSocket().close();
            } catch (UncheckedIOException gone) {
                // The other side has hung up already; the server goes on closing the rest.
            }
        }
    }

    private static final class Input extends InputStream {
        private final ConnectionContext connection;
        private final DataReader reader;

        Input(ConnectionContext connection) {
            this.connection = connection;
            this.reader = connection.dataReader();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            if (length == 0) {
                return 0;
            }
            try {
                reader.ensureAvailable();
                int count = Math.min(length, reader.available());
                BufferData data = reader.readBuffer(count);
                return data.read(target, offset, count);
            } catch (DataReader.InsufficientDataAvailableException ended) {
                return -1;
            } catch (UncheckedIOException broken) {
                throw broken.getCause();
            } catch (RuntimeException broken) {
                throw new IOException("the connection broke", broken);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                connection.serverSocket().close();
            } catch (UncheckedIOException closed) {
                throw closed.getCause();
            }
        }
    }

    private static final class Output extends OutputStream {
        private final DataWriter writer;

        Output(DataWriter writer) {
            this.writer = writer;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            try {
                writer.writeNow(BufferData.create(java.util.Arrays.copyOfRange(bytes, offset, offset + length)));
            } catch (RuntimeException gone) {
                throw new IOException("the client has gone", gone);
            }
        }
    }
}
