package dev.jarbor.server.http;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.NodeConnection;
import dev.jarbor.client.NodeConnection.ContainerRef;
import dev.jarbor.client.NodeConnection.LogOptions;
import dev.jarbor.client.NodeConnection.StreamOptions;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.NodeConnections;
import dev.jarbor.server.admission.AuditAnnotations;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.stream.PortTarget;
import dev.jarbor.server.stream.RemoteCommand;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** The subresources of pods that reach down to a node: log, exec, attach and portforward. */
final class ConnectHandler {
    private static final Set<String> SUBRESOURCES = Set.of("log", "exec", "attach", "portforward");

    private final ApiServer server;
    private final NodeConnections nodes;
    private final ConnectUpgrades upgrades;
    private final Runtime runtime;

    ConnectHandler(ApiServer server, NodeConnections nodes) {
        this.server = server;
        this.nodes = nodes;
        this.runtime = server.runtime().outside();
        this.upgrades = new ConnectUpgrades(runtime);
    }

    /** Whether {@code target} is answered here. */
    boolean takes(RequestTarget.Resource target) {
        ResourcePath path = target.path();
        return path.group().isEmpty()
                && path.version().equals("v1")
                && path.plural().equals("pods")
                && SUBRESOURCES.contains(path.subresource());
    }

    /** Answers in HTTP: a log, or why there is no stream. */
    void handle(User user, RequestTarget.Resource target, Exchange exchange) {
        RequestHead head = exchange.head();
        ResourcePath path = target.path();
        if (path.subresource().equals("log")) {
            if (!head.method().equals("GET")) {
                throw ApiException.methodNotAllowed();
            }
            authorize(user, path, head.method(), exchange.audit().annotations());
            log(path, exchange);
            return;
        }
        upgrade(user, target, head, exchange.audit().annotations());
        throw ApiException.badRequest("Upgrade request required");
    }

    private void log(ResourcePath path, Exchange exchange) {
        Query query = exchange.head().query();
        LogOptions options = LogQuery.read(path.name(), query);
        Pod pod = pod(path);
        String container = ContainerChoice.choose(pod, query.string("container"));
        if (pod.spec().nodeName().isEmpty()) {
            // a pod that is nowhere has said nothing yet
            exchange.send(Reply.of(200, "text/plain", new byte[0]));
            return;
        }
        ContainerChoice.checkLog(pod, container, options.previous());
        NodeConnection node = node(pod);
        var sink = new LogSink(exchange, runtime, options.follow());
        try {
            node.logs(ref(pod, container), options, sink);
            sink.close();
        } catch (IOException failure) {
            sink.broken(failure);
        }
    }

    /** What follows the 101 answer; refuses in the reference's words. */
    Upgrade upgrade(User user, RequestTarget.Resource target, RequestHead head, AuditAnnotations annotations) {
        ResourcePath path = target.path();
        if (!head.method().equals("GET") && !head.method().equals("POST")) {
            throw ApiException.methodNotAllowed();
        }
        authorize(user, path, head.method(), annotations);
        if (head.method().equals("GET")) {
            // a WebSocket can only begin with a GET, but what follows is no reading
            authorize(user, path, "POST", annotations);
        }
        ObjectValue asked = server.admitConnection(user, path, options(path, head), annotations);
        Pod pod = pod(path);
        if (path.subresource().equals("portforward")) {
            ContainerChoice.node(pod);
            var portTarget = new PortTarget(
                    node(pod), pod.namespace(), pod.name(), pod.metadata().uid());
            return upgrades.portForward(portTarget, head);
        }
        var options = new StreamOptions(
                asked.bool("stdin"),
                asked.bool("stdout"),
                asked.bool("stderr") && !asked.bool("tty"),
                asked.bool("tty"));
        if (!options.stdin() && !options.stdout() && !options.stderr()) {
            throw ApiException.badRequest("you must specify at least 1 of stdin, stdout, stderr");
        }
        List<String> command = asked.list("command").strings();
        if (path.subresource().equals("exec") && command.isEmpty()) {
            throw ApiException.badRequest("you must specify at least one command for the container");
        }
        String container = ContainerChoice.choose(pod, asked.string("container"));
        ContainerChoice.node(pod);
        checkRunning(pod);
        return upgrades.command(new RemoteCommand(node(pod), ref(pod, container), command, options), head);
    }

    private ObjectValue options(ResourcePath path, RequestHead head) {
        GroupVersionKind kind = Served.resource(server, path)
                .definition()
                .subresource(path.subresource())
                .orElseThrow(ApiException::unknownResource)
                .kind();
        return ConnectOptions.of(path.subresource(), kind, "", head);
    }

    private static void checkRunning(Pod pod) {
        String phase = pod.status().phase();
        if (phase.equals("Succeeded") || phase.equals("Failed")) {
            throw ApiException.badRequest("cannot exec in a stopped state, pod " + pod.name() + " has phase " + phase);
        }
    }

    private Pod pod(ResourcePath path) {
        var request = ApiRequest.of(Verb.GET, path.withSubresource(""), Query.NONE, ObjectValue.EMPTY);
        return new Pod(server.handle(User.ADMIN, request).body());
    }

    private NodeConnection node(Pod pod) {
        String name = pod.spec().nodeName();
        return nodes.to(name)
                .orElseThrow(() -> ApiException.serviceUnavailable("there is no connection to node " + name
                        + ", on which pod " + new ObjectKey(pod.namespace(), pod.name()) + " is"));
    }

    private static ContainerRef ref(Pod pod, String container) {
        return new ContainerRef(pod.namespace(), pod.name(), pod.metadata().uid(), container);
    }

    private void authorize(User user, ResourcePath path, String method, AuditAnnotations annotations) {
        Verb verb = method.equals("POST") ? Verb.CREATE : Verb.GET;
        server.authorize(user, ApiRequest.of(verb, path), annotations);
    }
}
