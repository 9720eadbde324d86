package dev.jarbor.server.aggregation;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.outbound.Dialer;
import dev.jarbor.server.outbound.HttpAnswer;
import dev.jarbor.server.outbound.HttpCall;
import dev.jarbor.server.outbound.HttpHead;
import dev.jarbor.server.outbound.Line;
import dev.jarbor.server.outbound.ServiceResolver;
import dev.jarbor.server.outbound.TlsLine;
import dev.jarbor.store.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Finds out whether a server behind this one answers, and what it serves: the checks and words of the reference. */
final class Availability {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_BYTES = 8 * 1024 * 1024;
    private static final String SLICES = "endpointslices.discovery.k8s.io";
    private static final User ASKING = User.of("system:kube-aggregator", User.MASTERS);

    private final ServiceResolver services;
    private final FrontProxy proxy;

    Availability(ServiceResolver services, FrontProxy proxy) {
        this.services = services;
        this.proxy = proxy;
    }

    /**
     * What a check found.
     *
     * @param resources the APIResourceList that the server answered with; empty where it did not
     */
    record Found(boolean available, String reason, String message, ObjectValue resources) {
        static Found not(String reason, String message) {
            return new Found(false, reason, message, ObjectValue.EMPTY);
        }
    }

    Found check(RemoteService remote, Snapshot now) {
        String named = "service/" + remote.service() + " in " + GoText.quote(remote.namespace());
        Optional<ObjectValue> service = now.get("services", new ObjectKey(remote.namespace(), remote.service()));
        if (service.isEmpty()) {
            return Found.not("ServiceNotFound", named + " is not present");
        }
        if (service.get().object("spec").string("type").equals("ClusterIP")) {
            Optional<String> port = portName(service.get(), remote.port());
            if (port.isEmpty()) {
                return Found.not("ServicePortError", named + " is not listening on port " + remote.port());
            }
            List<ObjectValue> slices = slices(now, remote);
            if (slices.isEmpty()) {
                return Found.not("EndpointsNotFound", "cannot find endpointslices for " + named);
            }
            if (slices.stream().noneMatch(slice -> serves(slice, port.get()))) {
                return Found.not(
                        "MissingEndpoints",
                        "endpointslices for " + named + " have no addresses with port name "
                                + GoText.quote(port.get()));
            }
        }
        return discovery(remote);
    }

    private static Optional<String> portName(ObjectValue service, int number) {
        return service.object("spec").list("ports").objects().stream()
                .filter(port -> port.integer("port") == number)
                .map(port -> port.string("name"))
                .findFirst();
    }

    private static List<ObjectValue> slices(Snapshot now, RemoteService remote) {
        return now.in(SLICES, remote.namespace()).values().stream()
                .filter(slice -> slice.object("metadata")
                        .object("labels")
                        .string("kubernetes.io/service-name")
                        .equals(remote.service()))
                .toList();
    }

    private static boolean serves(ObjectValue slice, String port) {
        boolean ready = slice.list("endpoints").objects().stream()
                .map(endpoint -> endpoint.object("conditions"))
                .anyMatch(conditions -> !conditions.has("ready") || conditions.bool("ready"));
        return ready
                && slice.list("ports").objects().stream()
                        .anyMatch(candidate -> candidate.string("name").equals(port) && candidate.has("port"));
    }

    private Found discovery(RemoteService remote) {
        String url = "https://" + remote.serverName() + ":" + remote.port() + remote.discoveryPath();
        try {
            Dialer dialer = services.resolve(remote.namespace(), remote.service(), remote.port());
            HttpAnswer answer = ask(dialer, remote, remote.discoveryPath());
            if (answer.code() / 100 != 2) {
                return Found.not(
                        "FailedDiscoveryCheck",
                        "failing or missing response from " + url + ": bad status from " + url + ": " + answer.code());
            }
            return new Found(true, "Passed", "all checks passed", Json.object(answer.bytes(MOST_BYTES)));
        } catch (DecodeException malformed) {
            // it answers, which is what was asked; that it serves nothing that can be read is its own affair
            return new Found(true, "Passed", "all checks passed", ObjectValue.EMPTY);
        } catch (IOException failure) {
            return Found.not(
                    "FailedDiscoveryCheck",
                    "failing or missing response from " + url + ": Get " + GoText.quote(url) + ": "
                            + failure.getMessage());
        }
    }

    /** What {@code remote} says of its types in OpenAPI version 2; empty where it does not say. */
    Optional<ObjectValue> document(RemoteService remote) {
        try {
            Dialer dialer = services.resolve(remote.namespace(), remote.service(), remote.port());
            HttpAnswer answer = ask(dialer, remote, "/openapi/v2");
            return answer.code() == 200 ? Optional.of(Json.object(answer.bytes(MOST_BYTES))) : Optional.empty();
        } catch (DecodeException | IOException unreadable) {
            return Optional.empty();
        }
    }

    private HttpAnswer ask(Dialer dialer, RemoteService remote, String path) throws IOException {
        try (Line line =
                TlsLine.over(dialer.dial(PATIENCE), proxy.unverified(), remote.serverName(), false, PATIENCE)) {
            HttpHead head = HttpHead.request("GET", path)
                    .with("Host", remote.serverName() + ":" + remote.port())
                    .with("Accept", "application/json")
                    .with("Connection", "close");
            for (HttpHead.Field field : FrontProxy.headers(ASKING)) {
                head = head.with(field.name(), field.value());
            }
            HttpAnswer answer = HttpCall.exchange(line, "GET", head, new byte[0]);
            byte[] body = answer.bytes(MOST_BYTES);
            return new HttpAnswer(answer.code(), answer.head(), new ByteArrayInputStream(body), body.length);
        }
    }
}
