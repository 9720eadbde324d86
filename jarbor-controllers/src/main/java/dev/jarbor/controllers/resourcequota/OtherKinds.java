package dev.jarbor.controllers.resourcequota;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.api.apiregistration.v1.APIService;
import dev.jarbor.api.core.v1.ResourceQuota;
import dev.jarbor.api.quota.Evaluators;
import dev.jarbor.api.quota.Usage;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.WorkQueue;
import dev.jarbor.runtime.Runtime;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Hears of the objects of custom resources, and of what other API servers serve, as long as a quota counts them. Each kind has
 * informers of its own, which end when no quota names it any more, or nobody serves it.
 */
final class OtherKinds implements AutoCloseable {
    private final Api api;
    private final Runtime runtime;
    private final Countable countable;
    private final Listener listener;
    private final Informer<ResourceQuota> quotas;
    private final WorkQueue<String> looks;
    private final Map<String, Heard> heard = new ConcurrentSkipListMap<>();

    private record Heard(Kind<GenericObject> kind, Informers informers) {}

    /** Told of the objects of other kinds. */
    interface Listener {
        void changed(String resource, Change<GenericObject> change);

        /** All objects of {@code resource} are known now: what was counted before may have been too little. */
        void known(String resource);
    }

    OtherKinds(Api api, Informers informers, Runtime runtime, Countable countable, Listener listener) {
        this.api = api;
        this.runtime = runtime;
        this.countable = countable;
        this.listener = listener;
        this.quotas = informers.of(ResourceQuota.KIND);
        this.looks = new WorkQueue<>("resourcequota: other kinds", runtime, 1, all -> look());
        quotas.onChange(change -> {
            boolean same = change instanceof Change.Updated<ResourceQuota>(ResourceQuota before, ResourceQuota after)
                    && before.spec().equals(after.spec());
            if (!same && (!heard.isEmpty() || !others(change.object()).isEmpty())) {
                looks.add("all");
            }
        });
        informers.of(CustomResourceDefinition.KIND).onChange(change -> servedChanged());
        informers.of(APIService.KIND).onChange(change -> {
            if (change.object().spec().hasService()) {
                servedChanged();
            }
        });
    }

    void start() {
        looks.start();
    }

    private void servedChanged() {
        if (quotas.list().stream().anyMatch(quota -> !others(quota).isEmpty())) {
            looks.add("all");
        }
    }

    private Set<String> others(ResourceQuota quota) {
        var others = new TreeSet<>(Evaluators.resources(
                Usage.read(quota.value().object("spec").object("hard")).names()));
        others.removeAll(countable.kinds().keySet());
        return others;
    }

    private Outcome look() {
        var wanted = new TreeMap<String, Kind<GenericObject>>();
        for (ResourceQuota quota : quotas.list()) {
            for (String resource : others(quota)) {
                Optional<Kind<GenericObject>> kind = countable.kind(resource);
                kind.ifPresent(known -> wanted.put(resource, known));
            }
        }
        heard.forEach((resource, known) -> {
            if (Optional.ofNullable(wanted.get(resource))
                    .filter(known.kind()::equals)
                    .isEmpty()) {
                heard.remove(resource);
                known.informers().close();
            }
        });
        wanted.forEach((resource, kind) -> {
            if (!heard.containsKey(resource)) {
                hear(resource, kind);
            }
        });
        return Outcome.DONE;
    }

    private void hear(String resource, Kind<GenericObject> kind) {
        var informers = new SharedInformers(api, runtime);
        heard.put(resource, new Heard(kind, informers));
        informers.of(kind).onChange(change -> listener.changed(resource, change));
        informers.start();
        informers.whenSynced(() -> listener.known(resource));
    }

    @Override
    public void close() {
        looks.close();
        heard.values().forEach(each -> each.informers().close());
    }
}
