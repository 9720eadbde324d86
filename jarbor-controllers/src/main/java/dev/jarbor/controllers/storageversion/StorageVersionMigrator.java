package dev.jarbor.controllers.storageversion;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.api.meta.v1.Condition;
import dev.jarbor.api.meta.v1.GroupResource;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.storagemigration.v1beta1.StorageVersionMigration;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Controller;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.ObjectList;
import dev.jarbor.client.Patch;
import dev.jarbor.client.Query;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.CustomKinds;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Writes all objects of a resource anew, so that they are stored in the version of today, and says when it is done. Objects
 * that somebody else writes meanwhile are stored in it already. Safe to begin again: what is stored so is not written twice.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/manage-kubernetes-objects/storage-version-migration/">Migrate Kubernetes
 *     Objects Using Storage Version Migration</a>
 */
public final class StorageVersionMigrator implements ControlLoop {
    private static final String NAME = "storage-version-migrator-controller";
    private static final int PAGE = 500;
    /** How long a resource is waited for that may just be coming. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Api api;
    private final Runtime runtime;
    private final List<ResourceDefinition> resources;
    private final Informer<StorageVersionMigration> migrations;
    private final Informer<CustomResourceDefinition> definitions;
    private final Controller queue;

    /** @param resources what the cluster serves beside custom resources */
    public StorageVersionMigrator(Api api, Informers informers, Runtime runtime, List<ResourceDefinition> resources) {
        this.api = api;
        this.runtime = runtime;
        this.resources = List.copyOf(resources);
        this.migrations = informers.of(StorageVersionMigration.KIND);
        this.definitions = informers.of(CustomResourceDefinition.KIND);
        this.queue = new Controller(NAME, informers, runtime, 1, this::reconcile);
        migrations.onChange(change -> queue.enqueue(change.object().key()));
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<StorageVersionMigration> found =
                migrations.get(key).filter(migration -> !holds(migration, "Succeeded") && !holds(migration, "Failed"));
        if (found.isEmpty()) {
            return Outcome.DONE;
        }
        StorageVersionMigration migration = found.get();
        Optional<Kind<GenericObject>> kind = kind(migration.spec().resource());
        if (kind.isEmpty()) {
            Instant made = migration.metadata().creationTimestamp().orElse(Instant.EPOCH);
            Duration left = Duration.between(runtime.now(), made.plus(PATIENCE));
            if (left.isPositive()) {
                return Outcome.again(left);
            }
            tell(migration, "Failed", "StorageVersionMigrationFailed", "resource not found");
            return Outcome.DONE;
        }
        migrate(migration, kind.get());
        return Outcome.DONE;
    }

    private static boolean holds(StorageVersionMigration migration, String type) {
        return migration.status().conditions().stream()
                .anyMatch(condition ->
                        condition.type().equals(type) && condition.status().equals("True"));
    }

    private Optional<Kind<GenericObject>> kind(GroupResource wanted) {
        return resources.stream()
                .filter(one ->
                        one.group().equals(wanted.group()) && one.plural().equals(wanted.resource()))
                .filter(ResourceDefinition::isStored)
                .min(Comparator.comparing(one -> !one.isStable()))
                .map(one -> Kind.generic(one.group(), one.version(), one.kind(), one.plural(), one.namespaced()))
                .or(() -> definitions.list().stream()
                        .filter(one -> one.spec().group().equals(wanted.group())
                                && one.spec().names().plural().equals(wanted.resource()))
                        .findFirst()
                        .flatMap(CustomKinds::of));
    }

    private void migrate(StorageVersionMigration migration, Kind<GenericObject> kind) {
        StorageVersionMigration running = migration;
        if (!holds(migration, "Running")) {
            String version = migration.status().hasResourceVersion()
                    ? migration.status().resourceVersion()
                    : api.list(kind, "", Query.NONE.with("limit", 1)).resourceVersion();
            running = tell(
                    migration.withStatus(migration.status().withResourceVersion(version)),
                    "Running",
                    "StorageVersionMigrationInProgress",
                    "");
        }
        String next = "";
        do {
            Query query = Query.NONE.with("limit", PAGE);
            ObjectList<GenericObject> page = api.list(kind, "", next.isEmpty() ? query : query.with("continue", next));
            for (GenericObject object : page.items()) {
                if (!rewrite(kind, object)) {
                    tell(running, "Failed", "StorageVersionMigrationFailed", "migration encountered unhandled error");
                    return;
                }
            }
            next = page.continueToken();
        } while (!next.isEmpty());
        tell(running, "Succeeded", "StorageVersionMigrationSucceeded", "");
    }

    /** False where the object cannot be written as it is, ever. */
    private boolean rewrite(Kind<GenericObject> kind, GenericObject object) {
        ObjectValue same = ObjectValue.EMPTY
                .with("uid", object.metadata().uid())
                .with("resourceVersion", object.metadata().resourceVersion());
        try {
            api.patch(kind, object.key(), Patch.merge(ObjectValue.of("metadata", same)));
            return true;
        } catch (ApiException refused) {
            if (refused.isRetryable()) {
                throw refused;
            }
            return refused.isConflict() || refused.isNotFound();
        }
    }

    /** Adds a condition that is true; whatever the migration was before, it is that no more. */
    private StorageVersionMigration tell(
            StorageVersionMigration migration, String type, String reason, String message) {
        var conditions = new ArrayList<Condition>();
        for (Condition condition : migration.status().conditions()) {
            if (!condition.type().equals(type)) {
                conditions.add(
                        condition.status().equals("True")
                                ? condition.withStatus("False").withLastTransitionTime(runtime.now())
                                : condition);
            }
        }
        conditions.add(Condition.EMPTY
                .withType(type)
                .withStatus("True")
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(runtime.now()));
        return api.updateStatus(
                StorageVersionMigration.KIND,
                migration.withStatus(migration.status().withConditions(conditions)));
    }
}
