package dev.jarbor.node;

import dev.jarbor.api.IntOrString;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerPort;
import dev.jarbor.api.core.v1.HTTPGetAction;
import dev.jarbor.api.core.v1.Probe;
import dev.jarbor.node.runtime.ProbeTarget;
import java.util.List;
import java.util.Locale;

/** Works out where a network probe goes: named ports to numbers, the pod's address unless a host is named. */
final class ProbeTargets {
    private ProbeTargets() {}

    static ProbeTarget of(Probe probe, Container container, String podIp) {
        if (probe.hasHttpGet()) {
            return http(probe.httpGet(), container, podIp);
        }
        if (probe.hasTcpSocket()) {
            String host = probe.tcpSocket().host().isEmpty()
                    ? podIp
                    : probe.tcpSocket().host();
            return new ProbeTarget.Tcp(host, port(probe.tcpSocket().port(), container));
        }
        return new ProbeTarget.Grpc(podIp, probe.grpc().port(), probe.grpc().service());
    }

    static ProbeTarget.Http http(HTTPGetAction action, Container container, String podIp) {
        List<ProbeTarget.Header> headers = action.httpHeaders().stream()
                .map(header -> new ProbeTarget.Header(header.name(), header.value_()))
                .toList();
        String path = action.path().startsWith("/") ? action.path() : "/" + action.path();
        return new ProbeTarget.Http(
                action.scheme().isEmpty() ? "http" : action.scheme().toLowerCase(Locale.ROOT),
                action.host().isEmpty() ? podIp : action.host(),
                port(action.port(), container),
                path,
                headers);
    }

    /** 0 for a name that no port of the container has: the probe then fails. */
    private static int port(IntOrString port, Container container) {
        if (!port.isText()) {
            return port.number();
        }
        return container.ports().stream()
                .filter(one -> one.name().equals(port.toString()))
                .map(ContainerPort::containerPort)
                .findFirst()
                .orElse(0);
    }
}
