package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import io.helidon.http.HttpPrologue;
import io.helidon.http.http2.Http2Headers;
import io.helidon.http.http2.Http2Settings;
import io.helidon.http.http2.Http2StreamState;
import io.helidon.http.http2.Http2StreamWriter;
import io.helidon.http.http2.StreamFlowControl;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http2.spi.Http2SubProtocolSelector;
import io.helidon.webserver.http2.spi.SubProtocolResult;
import java.util.function.Supplier;

/**
 * Takes watches and followed logs in HTTP/2 away from the web server's own request handling, which does not tell when a
 * client resets the stream: a client that ends a watch would leave it behind, for as long as its connection lives.
 */
record LongStreams(Supplier<Front> front) implements Http2SubProtocolSelector {
    @Override
    public SubProtocolResult subProtocol(
            ConnectionContext connection,
            HttpPrologue prologue,
            Http2Headers headers,
            Http2StreamWriter writer,
            int streamId,
            Http2Settings serverSettings,
            Http2Settings clientSettings,
            StreamFlowControl flow,
            Http2StreamState state,
            Router router) {
        if (!prologue.method().text().equals("GET")) {
            return NOT_SUPPORTED;
        }
        try {
            RequestHead head = FaceRouting.head(prologue, headers.httpHeaders());
            return Metrics.isLong(head, RequestTarget.of(head))
                    ? new SubProtocolResult(
                            true, new LongExchange(front.get(), head, connection, writer, streamId, flow))
                    : NOT_SUPPORTED;
        } catch (ApiException malformed) {
            return NOT_SUPPORTED;
        }
    }
}
