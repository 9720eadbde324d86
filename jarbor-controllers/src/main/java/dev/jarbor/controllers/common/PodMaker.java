package dev.jarbor.controllers.common;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodTemplateSpec;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.EventRecorder;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Creates and deletes the pods of an owner, and tells of it in events. */
public final class PodMaker {
    private static final int LONGEST_NAME_PREFIX = 253;

    private final Api api;
    private final EventRecorder events;

    public PodMaker(Api api, EventRecorder events) {
        this.api = api;
        this.events = events;
    }

    /**
     * Creates {@code wanted} in batches of 1, 2, 4 …, and no further batch once a creation has failed: what fails for
     * one pod, such as a quota, usually fails for all, and a thousand refused requests help nobody.
     *
     * @return the failure that ended it
     */
    public Optional<ApiException> create(KubeObject owner, List<Pod> wanted, Consumer<Pod> made) {
        int begun = 0;
        for (int batch = 1; begun < wanted.size(); batch *= 2) {
            Optional<ApiException> failure = Optional.empty();
            int end = Math.min(begun + batch, wanted.size());
            for (Pod pod : wanted.subList(begun, end)) {
                try {
                    Pod created = api.create(Pod.KIND, pod);
                    made.accept(created);
                    events.normal(owner, "SuccessfulCreate", "Created pod: " + created.name());
                } catch (ApiException refused) {
                    if (refused.isNamespaceTerminating()) {
                        return Optional.empty();
                    }
                    events.warning(owner, "FailedCreate", "Error creating: " + refused.getMessage());
                    failure = Optional.of(refused);
                }
            }
            if (failure.isPresent()) {
                return failure;
            }
            begun = end;
        }
        return Optional.empty();
    }

    /**
     * Deletes {@code pods}; returns the first failure. A conflict is one, though nobody is told of it: another pod may have the
     * name by now, of which the copy will hear, or nothing is different and nothing will be heard. Whoever asks looks again.
     */
    public Optional<ApiException> delete(KubeObject owner, List<Pod> pods, Consumer<Pod> deleted) {
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
                if (refused.isNotFound()) {
                    deleted.accept(pod);
                    continue;
                }
                if (!refused.isConflict()) {
                    events.warning(owner, "FailedDelete", "Error deleting: " + refused.getMessage());
                }
                failure = failure.isPresent() ? failure : Optional.of(refused);
            }
        }
        return failure;
    }

    /** A pod of {@code template} that {@code owner} controls, named after it with a suffix that the server makes up. */
    public static Pod pod(KubeObject owner, Kind<?> kind, PodTemplateSpec template) {
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
}
