package dev.jarbor.cluster;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.LeaderElection;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchListener;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Work that one server of a cluster does at a time: whichever holds the Lease of that name in {@code kube-system}. Each
 * term gets workers of its own, made when it begins and closed when it ends. Between the loss of the lease and the end of
 * the last worker, and after a pause of the whole process, nothing is written any more: their API refuses it.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/leases/#leader-election">Leader election</a>
 */
final class Duty implements AutoCloseable {
    /** How long a server that ends waits for its lease to be handed back. */
    private static final Duration HANDING_BACK = Duration.ofSeconds(2);

    /** Workers of one term. */
    interface Workers extends AutoCloseable {
        void start();

        @Override
        void close();
    }

    private final LeaderElection election;

    /**
     * @param api to elect with
     * @param work the workers' API
     * @param term makes workers that use the API they are given
     */
    Duty(String name, Api api, Api work, Runtime runtime, Function<Api, Workers> term) {
        var lease = new ObjectKey("kube-system", name);
        String identity = Machine.here().name() + "_" + runtime.newUid();
        this.election = new LeaderElection(
                api, runtime, LeaderElection.Settings.of(lease, identity), new LeaderElection.Listener() {
                    private Optional<Workers> workers = Optional.empty();

                    @Override
                    public void started() {
                        Workers fresh = term.apply(new WhileLeading(work, lease));
                        workers = Optional.of(fresh);
                        fresh.start();
                    }

                    @Override
                    public void stopped() {
                        workers.ifPresent(Workers::close);
                        workers = Optional.empty();
                    }
                });
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

    /** Refuses writes once this server does not lead. */
    private final class WhileLeading implements Api {
        private final Api api;
        private final ObjectKey lease;

        WhileLeading(Api api, ObjectKey lease) {
            this.api = api;
            this.lease = lease;
        }

        @Override
        public ObjectValue call(ApiRequest request) {
            if (request.verb().isWrite() && !election.leading()) {
                throw ApiException.serviceUnavailable("this server does not lead any more: lease=" + lease);
            }
            return api.call(request);
        }

        @Override
        public Watch watch(ApiRequest request, WatchListener listener) {
            return api.watch(request, listener);
        }
    }
}
