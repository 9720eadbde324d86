package dev.jarbor.controllers.roles;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.rbac.v1.ClusterRole;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Api;
import dev.jarbor.client.Controller;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.runtime.Runtime;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Writes the rules of aggregated ClusterRoles: those of the roles that they select, each rule once.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles">Aggregated
 *     ClusterRoles</a>
 */
public final class AggregationController implements ControlLoop {
    private static final String NAME = "clusterrole-aggregation-controller";
    private static final String AGGREGATED = "aggregated";
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;

    private final Api api;
    private final Informers informers;
    private final Informer<ClusterRole> roles;
    private final Controller queue;

    public AggregationController(Api api, Informers informers, Runtime runtime) {
        this.api = api;
        this.informers = informers;
        this.roles = informers
                .of(ClusterRole.KIND)
                .index(AGGREGATED, role -> selectors(role).isEmpty() ? List.of() : List.of(AGGREGATED));
        this.queue = new Controller(NAME, informers, runtime, 1, this::reconcile);
        // Any role may be selected by any aggregated one; there are few of those. All are looked at once at the start.
        roles.onChange(change -> {
            if (roles.synced()) {
                enqueueAll();
            }
        });
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    @Override
    public void start() {
        informers.whenSynced(this::enqueueAll);
        queue.start();
    }

    private void enqueueAll() {
        roles.by(AGGREGATED, AGGREGATED).forEach(role -> queue.enqueue(role.key()));
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<ClusterRole> role =
                roles.get(key).filter(found -> !selectors(found).isEmpty());
        if (role.isPresent()) {
            ListValue rules = aggregated(role.get(), roles.list());
            if (!rules.equals(role.get().value().list("rules"))) {
                write(role.get(), rules);
            }
        }
        return Outcome.DONE;
    }

    /** Applies the rules, so that they have an owner; where the server cannot do that, updates the role. */
    private void write(ClusterRole role, ListValue rules) {
        try {
            api.apply(ClusterRole.KIND, configuration(role, rules), NAME);
        } catch (ApiException refused) {
            if (refused.status().code() != UNSUPPORTED_MEDIA_TYPE) {
                throw refused;
            }
            IfThere.write(() -> api.update(
                    ClusterRole.KIND, ClusterRole.KIND.read(role.value().with("rules", rules))));
        }
    }

    /** The rules of this very role: no other one gets them, nor is one that has gone made anew. */
    private static ClusterRole configuration(ClusterRole role, ListValue rules) {
        ClusterRole named = ClusterRole.named(role.name());
        ClusterRole same =
                named.withMetadata(named.metadata().withUid(role.metadata().uid()));
        return rules.isEmpty() ? same : ClusterRole.KIND.read(same.value().with("rules", rules));
    }

    private static List<ObjectValue> selectors(ClusterRole role) {
        return role.value()
                .object("aggregationRule")
                .list("clusterRoleSelectors")
                .objects();
    }

    /** The rules of what {@code role} selects, by selector and then by name, each once; its own do not count. */
    static ListValue aggregated(ClusterRole role, List<ClusterRole> all) {
        var rules = new LinkedHashSet<Value>();
        List<ClusterRole> sorted =
                all.stream().sorted(Comparator.comparing(ClusterRole::name)).toList();
        for (ObjectValue written : selectors(role)) {
            selector(written)
                    .ifPresent(selector -> sorted.stream()
                            .filter(other -> !other.name().equals(role.name())
                                    && selector.matches(other.metadata().labels()))
                            .flatMap(other -> other.value().list("rules").items().stream())
                            .forEach(rules::add));
        }
        return ListValue.of(List.copyOf(rules));
    }

    /** Empty where it is malformed, and selects nothing. */
    private static Optional<Selector> selector(ObjectValue written) {
        try {
            return Optional.of(Selector.ofObject(written));
        } catch (InvalidSelectorException malformed) {
            return Optional.empty();
        }
    }
}
