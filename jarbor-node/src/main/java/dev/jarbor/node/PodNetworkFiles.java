package dev.jarbor.node;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.node.NodeSettings.ClusterDns;
import dev.jarbor.node.runtime.SandboxSpec.DnsSettings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;

/** What a pod's resolv.conf and /etc/hosts say (Kubernetes: DNS for Services and Pods; "Adding entries to /etc/hosts"). */
final class PodNetworkFiles {
    private static final int MOST_SERVERS = 3;
    private static final int MOST_SEARCHES = 32;

    private PodNetworkFiles() {}

    static DnsSettings dns(Pod pod, ClusterDns cluster) {
        String policy = pod.spec().dnsPolicy();
        boolean fromCluster = !cluster.servers().isEmpty()
                && (policy.equals("ClusterFirstWithHostNet")
                        || (!pod.spec().hostNetwork() && (policy.isEmpty() || policy.equals("ClusterFirst"))));
        DnsSettings base;
        if (policy.equals("None")) {
            base = DnsSettings.HOST;
        } else if (fromCluster) {
            String domain = cluster.domain();
            List<String> searches = Stream.concat(
                            Stream.of(pod.namespace() + ".svc." + domain, "svc." + domain, domain),
                            cluster.hostSearches().stream())
                    .toList();
            base = new DnsSettings(cluster.servers(), searches, List.of("ndots:5"));
        } else {
            base = new DnsSettings(cluster.hostServers(), cluster.hostSearches(), List.of());
        }
        if (!pod.spec().hasDnsConfig()) {
            return base;
        }
        var own = pod.spec().dnsConfig();
        var options = new ArrayList<>(base.options());
        own.options().forEach(option -> {
            options.removeIf(present -> present.equals(option.name()) || present.startsWith(option.name() + ":"));
            options.add(option.value_().isEmpty() ? option.name() : option.name() + ":" + option.value_());
        });
        return new DnsSettings(
                merged(base.servers(), own.nameservers(), MOST_SERVERS),
                merged(base.searches(), own.searches(), MOST_SEARCHES),
                options);
    }

    private static List<String> merged(List<String> first, List<String> second, int most) {
        var all = new LinkedHashSet<>(first);
        all.addAll(second);
        return all.stream().limit(most).toList();
    }

    /** The host name inside the pod. */
    static String hostname(Pod pod, String domain) {
        String name = pod.spec().hostname().isEmpty() ? pod.name() : pod.spec().hostname();
        if (pod.spec().setHostnameAsFQDN() && !pod.spec().subdomain().isEmpty()) {
            return name + "." + pod.spec().subdomain() + "." + pod.namespace() + ".svc." + domain;
        }
        // a host name has at most 63 characters and does not end in a dash or dot
        return name.length() <= 63 ? name : name.substring(0, 63).replaceFirst("[-.]+$", "");
    }

    /** The content of /etc/hosts; "" for pods in the host's network, which see the host's. */
    static String hosts(Pod pod, List<String> addresses, String domain) {
        if (pod.spec().hostNetwork() || addresses.isEmpty()) {
            return "";
        }
        var text = new StringBuilder("""
                # Kubernetes-managed hosts file.
                127.0.0.1\tlocalhost
                ::1\tlocalhost ip6-localhost ip6-loopback
                fe00::\tip6-localnet
                fe00::\tip6-mcastprefix
                fe00::1\tip6-allnodes
                fe00::2\tip6-allrouters
                """);
        String name = hostname(pod, domain);
        String names = pod.spec().subdomain().isEmpty()
                ? name
                : name + "." + pod.spec().subdomain() + "." + pod.namespace() + ".svc." + domain + "\t" + name;
        addresses.forEach(ip -> text.append(ip).append('\t').append(names).append('\n'));
        if (!pod.spec().hostAliases().isEmpty()) {
            text.append("\n# Entries added by HostAliases.\n");
            pod.spec()
                    .hostAliases()
                    .forEach(alias -> text.append(alias.ip())
                            .append('\t')
                            .append(String.join("\t", alias.hostnames()))
                            .append('\n'));
        }
        return text.toString();
    }
}
