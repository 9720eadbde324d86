package dev.jarbor.server.stream;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The WebSocket subprotocols of exec, attach and port-forward: messages whose first byte (or, in base64, first digit)
 * names one of several channels.
 *
 * @see <a href="https://git.k8s.io/enhancements/keps/sig-api-machinery/4006-transition-spdy-to-websockets">KEP-4006</a>
 */
public enum ChannelProtocol {
    /** Ends of single channels are told apart from the end of the connection. */
    V5("v5.channel.k8s.io", false, true),
    /** The error channel carries a Status with the exit code. */
    V4("v4.channel.k8s.io", false, true),
    V4_BASE64("v4.base64.channel.k8s.io", true, true),
    V1("channel.k8s.io", false, false),
    V1_BASE64("base64.channel.k8s.io", true, false);

    private final String subprotocol;
    private final boolean base64;
    private final boolean status;

    ChannelProtocol(String subprotocol, boolean base64, boolean status) {
        this.subprotocol = subprotocol;
        this.base64 = base64;
        this.status = status;
    }

    /** The first of the client's {@code offers} that is known. */
    public static Optional<ChannelProtocol> choose(List<String> offers) {
        return offers.stream()
                .flatMap(offer -> Arrays.stream(values()).filter(known -> known.subprotocol.equals(offer)))
                .findFirst();
    }

    /** As {@code Sec-WebSocket-Protocol} spells it. */
    public String subprotocol() {
        return subprotocol;
    }

    boolean base64() {
        return base64;
    }

    /** Whether how a command ended is told by a Status, instead of by text only where it failed. */
    boolean status() {
        return status;
    }
}
