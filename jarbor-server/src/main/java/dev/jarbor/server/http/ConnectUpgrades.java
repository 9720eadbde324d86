package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.http.Reply.Header;
import dev.jarbor.server.stream.ChannelProtocol;
import dev.jarbor.server.stream.PortTarget;
import dev.jarbor.server.stream.RemoteCommand;
import dev.jarbor.server.stream.SpdyCommand;
import dev.jarbor.server.stream.SpdyPortForward;
import dev.jarbor.server.stream.WebSocket;
import dev.jarbor.server.stream.WebSocketCommand;
import dev.jarbor.server.stream.WebSocketPortForward;
import dev.jarbor.server.stream.WebSocketTunnel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Agrees with the client on how an exec, attach, port-forward or watch is carried. */
final class ConnectUpgrades {
    private static final int MOST_PORTS = 100;

    private final Runtime runtime;

    ConnectUpgrades(Runtime runtime) {
        this.runtime = runtime;
    }

    Upgrade command(RemoteCommand command, RequestHead head) {
        return switch (UpgradeRequest.of(head)) {
            case UpgradeRequest.ToWebSocket(String key, List<String> offers) -> {
                ChannelProtocol protocol = channels(offers);
                yield webSocket(
                        key,
                        offers.isEmpty() ? "" : protocol.subprotocol(),
                        wire -> new WebSocketCommand(wire, protocol, runtime).serve(command));
            }
            case UpgradeRequest.ToSpdy(List<String> offers) -> {
                String version = offers.isEmpty() ? "channel.k8s.io" : version(offers, SpdyCommand.VERSIONS);
                yield spdy(
                        offers.isEmpty() ? "" : version,
                        wire -> new SpdyCommand(wire, version, runtime).serve(command));
            }
            case UpgradeRequest.None() -> throw upgradeRequired();
        };
    }

    /** A watch is carried by WebSocket alone. */
    static Optional<Upgrade> watch(RequestHead head, Supplier<Upgrade.Speaker> speaker) {
        return switch (UpgradeRequest.of(head)) {
            case UpgradeRequest.ToWebSocket(String key, List<String> offers) ->
                Optional.of(webSocket(key, offers.isEmpty() ? "" : offers.getFirst(), speaker.get()));
            case UpgradeRequest.ToSpdy ignored -> Optional.empty();
            case UpgradeRequest.None ignored -> Optional.empty();
        };
    }

    Upgrade portForward(PortTarget target, RequestHead head) {
        return switch (UpgradeRequest.of(head)) {
            case UpgradeRequest.ToWebSocket(String key, List<String> offers) -> {
                if (offers.contains(SpdyPortForward.TUNNEL)) {
                    yield webSocket(
                            key,
                            SpdyPortForward.TUNNEL,
                            wire -> new SpdyPortForward(WebSocketTunnel.over(new WebSocket(wire)), target, runtime)
                                    .serve());
                }
                ChannelProtocol protocol = channels(offers);
                List<Integer> ports = ports(head.parameter("ports"));
                yield webSocket(
                        key,
                        offers.isEmpty() ? "" : protocol.subprotocol(),
                        wire -> new WebSocketPortForward(wire, protocol, target, ports, runtime).serve());
            }
            case UpgradeRequest.ToSpdy(List<String> offers) -> {
                String version = version(offers, List.of(SpdyPortForward.VERSION));
                yield spdy(version, wire -> new SpdyPortForward(wire, target, runtime).serve());
            }
            case UpgradeRequest.None() -> throw upgradeRequired();
        };
    }

    private static ApiException upgradeRequired() {
        return ApiException.badRequest("Upgrade request required");
    }

    private static ChannelProtocol channels(List<String> offers) {
        if (offers.isEmpty()) {
            return ChannelProtocol.V1;
        }
        return ChannelProtocol.choose(offers)
                .orElseThrow(() -> ApiException.badRequest(
                        "unable to upgrade: none of the subprotocols " + offers + " is supported"));
    }

    private static String version(List<String> offers, List<String> served) {
        return offers.stream()
                .filter(served::contains)
                .findFirst()
                .orElseThrow(() ->
                        ApiException.badRequest("unable to upgrade: unable to negotiate protocol: client supports "
                                + offers + ", server accepts " + served));
    }

    private static List<Integer> ports(List<String> texts) {
        var ports = new ArrayList<Integer>();
        for (String text : texts) {
            for (String port : text.split(",", -1)) {
                if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535) {
                    throw ApiException.badRequest("query parameter \"ports\": \"" + port + "\" is not a port");
                }
                ports.add(Integer.parseInt(port));
            }
        }
        if (ports.isEmpty() || ports.size() > MOST_PORTS) {
            throw ApiException.badRequest("query parameter \"ports\" is required, with at most " + MOST_PORTS);
        }
        return ports;
    }

    private static Upgrade webSocket(String key, String subprotocol, Upgrade.Speaker speaker) {
        var headers = new ArrayList<Header>();
        headers.add(new Header("Upgrade", "websocket"));
        headers.add(new Header("Connection", "Upgrade"));
        headers.add(new Header("Sec-WebSocket-Accept", WebSocket.accept(key)));
        if (!subprotocol.isEmpty()) {
            headers.add(new Header("Sec-WebSocket-Protocol", subprotocol));
        }
        return new Upgrade(headers, speaker);
    }

    private static Upgrade spdy(String version, Upgrade.Speaker speaker) {
        var headers = new ArrayList<Header>();
        headers.add(new Header("Upgrade", "SPDY/3.1"));
        headers.add(new Header("Connection", "Upgrade"));
        if (!version.isEmpty()) {
            headers.add(new Header("X-Stream-Protocol-Version", version));
        }
        return new Upgrade(headers, speaker);
    }
}
