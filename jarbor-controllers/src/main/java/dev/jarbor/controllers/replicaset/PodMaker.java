package dev.jarbor.controllers.replicaset;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodTemplateSpec;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.controllers.common.Ownership;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Creates and deletes the pods of an owner, and tells of it in events. */
final class PodMaker {
    private static final int LONGEST_NAME_PREFIX = 253;

    private final Api api;
    private final EventRecorder events;

    PodMaker(Api api, EventRecorder events) {
        this.api = api;
        this.events = events;
    }

    /**
     * Creates {@code count} pods in batches of 1, 2, 4 …, and no further batch once a creation has failed: what fails for
     * one pod, such as a quota, usually fails for all, and a thousand refused requests help nobody.
     *
     * @return the failure that ended it
     */
    Optional<ApiException> create(
            KubeObject owner, Kind<?> kind, PodTemplateSpec template, int count, Consumer<Pod> made) {
        Pod wanted = pod(owner, kind, template);
        int remaining = count;
        for (int batch = 1; remaining > 0; batch *= 2) {
            Optional<ApiException> failure = Optional.empty();
            int size = Math.min(batch, remaining);
            for (int i = 0; i < size; i++) {
                try {
                    Pod created = api.create(Pod.KIND, wanted);
                    made.accept(created);
                    events.normal(owner, "SuccessfulCreate", "Created pod: " + created.name());
                } catch (ApiException refused) {
                    if (isNamespaceGoing(refused)) {
                        return Optional.empty();
                    }
                    events.warning(owner, "FailedCreate", "Error creating: " + refused.getMessage());
                    failure = Optional.of(refused);
                }
            }
            if (failure.isPresent()) {
                return failure;
            }
            remaining -= size;
        }
        return Optional.empty();
    }

    /** Deletes {@code pods}; returns the first failure. */
    Optional<ApiException> delete(KubeObject owner, List<Pod> pods, Consumer<Pod> deleted) {
        Optional<ApiException> failure = Optional.empty();
        for (Pod pod : pods) {
            try {
                api.delete(
                        Pod.KIND,
                        pod.key(),
                        DeleteOptions.NONE.ifUid(pod.metadata().uid()));
                deleted.accept(pod);
                events.normal(owner, "SuccessfulDelete", "Deleted pod: " + pod.name());
            } catch (ApiException refused) {
                if (refused.isNotFound() || refused.isConflict()) {
                    deleted.accept(pod);
                    continue;
                }
                events.warning(owner, "FailedDelete", "Error deleting: " + refused.getMessage());
                failure = failure.isPresent() ? failure : Optional.of(refused);
            }
        }
        return failure;
    }

    static Pod pod(KubeObject owner, Kind<?> kind, PodTemplateSpec template) {
        String prefix = owner.name() + "-";
        ObjectMeta metadata = ObjectMeta.EMPTY
                .withGenerateName(prefix.length() > LONGEST_NAME_PREFIX ? owner.name() : prefix)
                .withLabels(template.metadata().labels())
                .withAnnotations(template.metadata().annotations())
                .withFinalizers(template.metadata().finalizers());
        return Pod.EMPTY
                .withMetadata(Ownership.controlled(metadata, kind, owner))
                .withSpec(template.spec());
    }

    /** Nothing can be made in a namespace that is being deleted; that is no failure of anybody. */
    private static boolean isNamespaceGoing(ApiException refused) {
        return refused.status().details().causes().stream()
                .anyMatch(cause -> cause.reason().equals("NamespaceTerminating"));
    }
}
