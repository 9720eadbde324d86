package dev.jarbor.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.Routing;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/**
 * One HTTP version of the web server with the face as its routing. A routing of one's own can only be given through the
 * connection: what the server's builder takes stands beside the built-in one, and which of the two wins is chance.
 *
 * @param wire what the version reads from and writes to, of a connection
 */
record FaceSelector(ServerConnectionSelector version, FaceRouting routing, Function<ConnectionContext, Wire> wire)
        implements ServerConnectionSelector {
    @Override
    public int bytesToIdentifyConnection() {
        return version.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return version.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return version.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext connection) {
        return version.connection(new Routed(connection, new FaceRouter(routing), wire.apply(connection)));
    }

    /** Knows one routing. */
    private record FaceRouter(FaceRouting face) implements Router {
        @Override
        public <T extends Routing> T routing(Class<T> type, T otherwise) {
            return type.isInstance(face) ? type.cast(face) : otherwise;
        }

        @Override
        public List<? extends Routing> routings() {
            return List.of(face);
        }

        @Override
        public void beforeStart() {
            // nothing to prepare
        }

        @Override
        public void afterStop() {
            // nothing to clean up
        }
    }

    /** A connection with another router and another wire. */
    private record Routed(ConnectionContext connection, Router router, Wire wire) implements ConnectionContext {
        @Override
        public ListenerContext listenerContext() {
            return connection.listenerContext();
        }

        @Override
        public ExecutorService executor() {
            return connection.executor();
        }

        @Override
        public DataWriter dataWriter() {
            return wire.writer();
        }

        @Override
        public DataReader dataReader() {
            return wire.reader();
        }

        @Override
        public Optional<ProxyProtocolData> proxyProtocolData() {
            return connection.proxyProtocolData();
        }

        @Override
        public HelidonSocket serverSocket() {
            return connection.serverSocket();
        }

        @Override
        public PeerInfo remotePeer() {
            return connection.remotePeer();
        }

        @Override
        public PeerInfo localPeer() {
            return connection.localPeer();
        }

        @Override
        public boolean isSecure() {
            return connection.isSecure();
        }

        @Override
        public String socketId() {
            return connection.socketId();
        }

        @Override
        public String childSocketId() {
            return connection.childSocketId();
        }
    }
}
