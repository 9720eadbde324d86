package dev.jarbor.cluster;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.LeaderElection;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Work that one server of a cluster does at a time: whichever holds the Lease of that name in {@code kube-system}. Each
 * term gets workers of its own, made when it begins and closed when it ends. What is still under way then, as after a
 * pause of the whole process, the term's fence refuses at its commit (docs/decisions/0019).
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/leases/#leader-election">Leader election</a>
 */
final class Duty implements AutoCloseable {
    /** Of the events that say who leads. */
    private static final String REASON = "LeaderElection";

    /** How long a server that ends waits for its lease to be handed back. */
    private static final Duration HANDING_BACK = Duration.ofSeconds(2);

    /** Workers of one term. */
    interface Workers extends AutoCloseable {
        void start();

        @Override
        void close();
    }

    private final String name;
    private final LeaderElection election;

    /**
     * @param source whose events say who leads
     * @param api to elect with
     * @param term makes the workers of the term that began with the Lease that it is given
     */
    Duty(String name, String source, Api api, Runtime runtime, Function<Lease, Workers> term) {
        this.name = name;
        var lease = new ObjectKey("kube-system", name);
        String identity = Machine.here().name() + "_" + runtime.newUid();
        var events = new ApiEventRecorder(api, runtime, source);
        this.election = new LeaderElection(
                api, runtime, LeaderElection.Settings.of(lease, identity), new LeaderElection.Listener() {
                    private Optional<Workers> workers = Optional.empty();
                    private Lease held = Lease.EMPTY;

                    @Override
                    public void started(Lease begun) {
                        held = begun;
                        events.normal(held, REASON, identity + " became leader");
                        Workers fresh = term.apply(held);
                        workers = Optional.of(fresh);
                        fresh.start();
                    }

                    @Override
                    public void stopped() {
                        workers.ifPresent(Workers::close);
                        workers = Optional.empty();
                        events.normal(held, REASON, identity + " stopped leading");
                    }
                });
    }

    String name() {
        return name;
    }

    void start() {
        election.start();
    }

    boolean leading() {
        return election.leading();
    }

    @Override
    public void close() {
        election.close();
        election.awaitRelease(HANDING_BACK);
    }
}
