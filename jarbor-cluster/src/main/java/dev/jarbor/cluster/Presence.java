package dev.jarbor.cluster;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.coordination.v1.LeaseSpec;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Query;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Says that a server is there, and keeps all that are behind the Service {@code kubernetes}: each has a Lease with its
 * address, as the reference's API servers have for their identity, and looks at those of the others. Whose Lease has not
 * changed for some seconds, on the clock of who looks, is gone.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/leases/#api-server-identity">API server identity</a>
 */
final class Presence implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Presence.class.getName());
    private static final String NAMESPACE = "kube-system";
    private static final String LABEL = "apiserver.kubernetes.io/identity";
    private static final String ADDRESS = "jarbor.dev/address";
    private static final Duration BEAT = Duration.ofSeconds(5);
    private static final Duration GONE = Duration.ofSeconds(15);
    private static final int LEASE_SECONDS = 3600;

    private final Api api;
    private final Runtime runtime;
    private final boolean shared;
    private final ApiEndpoints endpoints;
    private final ObjectKey lease;
    private final Optional<ApiEndpoints.Address> own;
    /** Each Lease's version, and since when it is that. */
    private final Map<String, Sighting> sightings = new HashMap<>();

    private Runtime.Timer next = () -> {};
    private boolean closed;

    private record Sighting(String version, long since) {}

    /**
     * @param shared whether there may be others; a server alone needs no Lease
     * @param host the address that others are told
     */
    Presence(Api api, Runtime runtime, boolean shared, String host, int port) {
        this.api = api;
        this.shared = shared;
        this.runtime = runtime;
        this.endpoints = new ApiEndpoints(api);
        this.own = ApiEndpoints.told(host, port);
        this.lease = new ObjectKey(NAMESPACE, "apiserver-" + runtime.newUid());
    }

    /** Says so now, and from now on. */
    void start() {
        if (shared) {
            beat();
        } else {
            endpoints.publish(new TreeSet<>(own.stream().toList()));
        }
    }

    private void beat() {
        try {
            renew();
            publish();
        } catch (ApiException refused) {
            LOG.log(System.Logger.Level.WARNING, "cannot say that this server is there: error=" + refused.getMessage());
        }
        synchronized (this) {
            if (!closed) {
                next = runtime.schedule("presence", BEAT, this::beat);
            }
        }
    }

    private void renew() {
        LeaseSpec spec = LeaseSpec.EMPTY
                .withHolderIdentity(lease.name())
                .withLeaseDurationSeconds(LEASE_SECONDS)
                .withRenewTime(runtime.now().truncatedTo(ChronoUnit.MICROS));
        Lease mine = Lease.named(lease.namespace(), lease.name()).withSpec(spec);
        mine = mine.withMetadata(mine.metadata()
                .withLabels(Map.of(LABEL, "kube-apiserver"))
                .withAnnotations(own.map(address -> Map.of(ADDRESS, address.host() + " " + address.port()))
                        .orElse(Map.of())));
        Optional<Lease> found = api.find(Lease.KIND, lease);
        if (found.isPresent()) {
            api.update(Lease.KIND, found.get().withSpec(spec));
        } else {
            api.create(Lease.KIND, mine);
        }
    }

    private void publish() {
        Query identities = Query.NONE.with("labelSelector", LABEL + "=kube-apiserver");
        List<Lease> leases = api.list(Lease.KIND, NAMESPACE, identities).items();
        sightings.keySet().retainAll(leases.stream().map(Lease::name).toList());
        var there = new TreeSet<ApiEndpoints.Address>();
        for (Lease one : leases) {
            Duration silent = silence(one);
            if (silent.compareTo(GONE) < 0) {
                address(one).ifPresent(there::add);
            } else if (silent.toSeconds() > LEASE_SECONDS) {
                api.delete(Lease.KIND, one.key());
            }
        }
        endpoints.publish(there);
    }

    private Duration silence(Lease one) {
        String version = one.metadata().resourceVersion();
        long now = runtime.nanoTime();
        Sighting seen = sightings.get(one.name());
        if (seen == null || !seen.version().equals(version)) {
            seen = new Sighting(version, now);
            sightings.put(one.name(), seen);
        }
        return Duration.ofNanos(now - seen.since());
    }

    private static Optional<ApiEndpoints.Address> address(Lease one) {
        String text = one.metadata().annotations().getOrDefault(ADDRESS, "");
        int space = text.indexOf(' ');
        return space < 0
                ? Optional.empty()
                : Optional.of(new ApiEndpoints.Address(
                        text.substring(0, space), Integer.parseInt(text.substring(space + 1))));
    }

    /** Takes this server out, as far as the store still answers. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed || !shared) {
                return;
            }
            closed = true;
            next.cancel();
        }
        try {
            api.delete(Lease.KIND, lease);
            publish();
        } catch (ApiException refused) {
            LOG.log(System.Logger.Level.DEBUG, "cannot say that this server goes: error=" + refused.getMessage());
        }
    }
}
