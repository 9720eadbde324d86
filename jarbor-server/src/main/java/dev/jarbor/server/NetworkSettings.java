package dev.jarbor.server;

/**
 * The addresses and ports that an API server gives away and is reached by; built up from {@link #DEFAULT}.
 *
 * @param serviceCidr the IPv4 range that Services get their cluster IPs from; its first address is the API server's own
 * @param firstNodePort the lowest port that Services may have on nodes
 * @param lastNodePort the highest such port
 * @param publicHost the name or address under which others reach the server, for documents that name it
 * @param publicPort the port under which they do, shown in the {@code kubernetes} Service's target port
 */
public record NetworkSettings(
        String serviceCidr, int firstNodePort, int lastNodePort, String publicHost, int publicPort) {
    public static final NetworkSettings DEFAULT =
            new NetworkSettings("10.43.0.0/16", 30000, 32767, "kubernetes.default.svc.cluster.local", 6443);

    public NetworkSettings withServiceCidr(String cidr) {
        return new NetworkSettings(cidr, firstNodePort, lastNodePort, publicHost, publicPort);
    }

    public NetworkSettings withNodePorts(int first, int last) {
        return new NetworkSettings(serviceCidr, first, last, publicHost, publicPort);
    }

    public NetworkSettings withPublicHost(String host) {
        return new NetworkSettings(serviceCidr, firstNodePort, lastNodePort, host, publicPort);
    }

    public NetworkSettings withPublicPort(int port) {
        return new NetworkSettings(serviceCidr, firstNodePort, lastNodePort, publicHost, port);
    }
}
