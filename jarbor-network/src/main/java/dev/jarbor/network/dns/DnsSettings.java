package dev.jarbor.network.dns;

import dev.jarbor.network.Cidr;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How cluster DNS answers.
 *
 * @param domain the cluster domain, such as {@code cluster.local}
 * @param ttl how long clients may keep an answer about the cluster
 * @param own address blocks of pods and Services: their reverse names are answered here and never asked elsewhere
 * @param listen where it listens, over UDP and TCP; port 0 takes a free one
 * @param servers the resolv.conf that names the servers for all other names; read again when it changes
 */
public record DnsSettings(String domain, Duration ttl, List<Cidr> own, List<InetSocketAddress> listen, Path servers) {
    /** The TTL of CoreDNS, and so of most clusters. */
    public static final Duration USUAL_TTL = Duration.ofSeconds(5);

    public DnsSettings {
        own = List.copyOf(own);
        listen = List.copyOf(listen);
        if (ttl.isNegative() || ttl.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("a TTL has up to one hour, as in CoreDNS, not " + ttl);
        }
    }

    /** For {@code cluster.local} on {@code listen}, asking the machine's own servers. */
    public static DnsSettings of(List<Cidr> own, List<InetSocketAddress> listen) {
        return new DnsSettings("cluster.local", USUAL_TTL, own, listen, Path.of("/etc/resolv.conf"));
    }
}
