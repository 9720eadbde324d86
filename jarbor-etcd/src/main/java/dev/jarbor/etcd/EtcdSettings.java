package dev.jarbor.etcd;

import dev.jarbor.store.History;
import dev.jarbor.store.sealing.Sealing;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Which etcd, and how to speak to it.
 *
 * @param members client addresses, {@code http://host:port} or {@code https://host:port}
 * @param prefix before all keys, without a slash at its end; whoever shares it shares the cluster
 * @param tls what the members' certificates are checked by, and what they are shown
 * @param login who this is
 * @param sealing what is sealed before it is sent to etcd, and how
 * @param timeout how long one request to etcd may take, all its repetitions together
 * @param window how many snapshots, and events for each resource, are kept in memory
 * @param compaction how often history in etcd is forgotten: what is older than that, up to twice of it. Zero for never
 */
public record EtcdSettings(
        List<URI> members,
        String prefix,
        Tls tls,
        Login login,
        Sealing sealing,
        Duration timeout,
        int window,
        Duration compaction) {
    /** The prefix unless told otherwise. */
    public static final String PREFIX = "/jarbor";

    public EtcdSettings {
        members = List.copyOf(members);
        if (members.isEmpty()) {
            throw new IllegalArgumentException("etcd needs at least one address");
        }
        for (URI member : members) {
            boolean known = "http".equals(member.getScheme()) || "https".equals(member.getScheme());
            if (!known || member.getHost() == null || member.getPort() < 0) {
                throw new IllegalArgumentException(
                        "not an address of etcd: " + member + " (http://HOST:PORT or https://HOST:PORT)");
            }
        }
        if (!prefix.startsWith("/") || prefix.endsWith("/")) {
            throw new IllegalArgumentException("a prefix in etcd starts with / and does not end with it: " + prefix);
        }
    }

    /**
     * All in PEM; "" for none.
     *
     * @param authorities who signs the members' certificates; "" for those that the JVM trusts
     * @param certificate shown to the members, with what leads to its authority
     * @param key of the certificate, PKCS #8
     */
    public record Tls(String authorities, String certificate, String key) {
        public static final Tls NONE = new Tls("", "", "");
    }

    /** @param user "" for nobody */
    public record Login(String user, String password) {
        public static final Login NONE = new Login("", "");

        @Override
        public String toString() {
            return "Login[" + user + "]";
        }
    }

    /** The reference's: history is compacted every five minutes. Requests may take five seconds. */
    public static EtcdSettings of(List<URI> members) {
        return new EtcdSettings(
                members,
                PREFIX,
                Tls.NONE,
                Login.NONE,
                Sealing.NONE,
                Duration.ofSeconds(5),
                History.DEFAULT_WINDOW,
                Duration.ofMinutes(5));
    }

    public EtcdSettings withPrefix(String prefix) {
        return new EtcdSettings(members, prefix, tls, login, sealing, timeout, window, compaction);
    }

    public EtcdSettings withTls(Tls tls) {
        return new EtcdSettings(members, prefix, tls, login, sealing, timeout, window, compaction);
    }

    public EtcdSettings withLogin(Login login) {
        return new EtcdSettings(members, prefix, tls, login, sealing, timeout, window, compaction);
    }

    public EtcdSettings withSealing(Sealing sealing) {
        return new EtcdSettings(members, prefix, tls, login, sealing, timeout, window, compaction);
    }

    public EtcdSettings withTimeout(Duration timeout) {
        return new EtcdSettings(members, prefix, tls, login, sealing, timeout, window, compaction);
    }

    public EtcdSettings withWindow(int window) {
        return new EtcdSettings(members, prefix, tls, login, sealing, timeout, window, compaction);
    }

    public EtcdSettings withCompaction(Duration compaction) {
        return new EtcdSettings(members, prefix, tls, login, sealing, timeout, window, compaction);
    }
}
