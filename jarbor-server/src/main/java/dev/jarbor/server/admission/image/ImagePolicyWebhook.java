package dev.jarbor.server.admission.image;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.BoundedMemory;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.webhook.ReviewEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Asks a service by an ImageReview whether a pod may have its images; its answers hold for a while, for the
 * {@value #MOST_REMEMBERED} questions asked last.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#imagepolicywebhook">ImagePolicyWebhook</a>
 */
public final class ImagePolicyWebhook implements Admission {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MOST_REMEMBERED = 1024;
    private static final int MOST_TRIES = 5;
    private static final double LATER = 1.5;
    private static final String ANNOTATIONS = ".image-policy.k8s.io/";
    private static final String AUDIT = "imagepolicywebhook" + ANNOTATIONS;

    private final ImagePolicySettings settings;
    private final ReviewEndpoint service;
    private final BoundedMemory<String, ObjectValue> answers;
    private final Runtime runtime;

    /**
     * @param told its configuration
     * @throws IllegalArgumentException where that is none
     */
    public ImagePolicyWebhook(Runtime runtime, ObjectValue told) {
        this.settings = ImagePolicySettings.read(told);
        this.service = new ReviewEndpoint(settings.service(), TIMEOUT, runtime);
        this.answers = new BoundedMemory<>(MOST_REMEMBERED, runtime);
        this.runtime = runtime;
    }

    @Override
    public void validate(Review review) {
        boolean write = review.operation() == Operation.CREATE || review.operation() == Operation.UPDATE;
        boolean images = List.of("", "ephemeralcontainers").contains(review.subresource());
        if (!write || !images || !review.resource().is("", "pods")) {
            return;
        }
        Optional<ObjectValue> answer = answer(review, question(review));
        if (answer.isEmpty()) {
            review.annotations().add(AUDIT + "failed-open", "true");
            return;
        }
        ObjectValue status = answer.get();
        status.object("auditAnnotations")
                .strings()
                .forEach((key, value) -> review.annotations().add(AUDIT + key, value));
        if (!status.bool("allowed")) {
            String reason = status.string("reason");
            throw Refusal.forbidden(
                    review,
                    reason.isEmpty()
                            ? "one or more images rejected by webhook backend"
                            : "image policy webhook backend denied one or more images: " + reason);
        }
    }

    /** The spec of an ImageReview. */
    private static ObjectValue question(Review review) {
        ObjectValue spec = review.object().object("spec");
        List<String> lists = review.subresource().isEmpty()
                ? List.of("containers", "initContainers")
                : List.of("ephemeralContainers");
        var containers = new ArrayList<ObjectValue>();
        for (String list : lists) {
            spec.list(list)
                    .objects()
                    .forEach(container -> containers.add(ObjectValue.EMPTY.with("image", container.string("image"))));
        }
        ObjectValue question = ObjectValue.EMPTY.with("containers", ListValue.of(containers));
        var annotations = new TreeMap<String, String>();
        review.object().object("metadata").object("annotations").strings().forEach((key, value) -> {
            if (key.contains(ANNOTATIONS)) {
                annotations.put(key, value);
            }
        });
        if (!annotations.isEmpty()) {
            question = question.with("annotations", ObjectValue.ofStrings(annotations));
        }
        return question.with("namespace", review.key().namespace());
    }

    /** The status of the ImageReview; empty where there is no answer and none is needed. */
    private Optional<ObjectValue> answer(Review review, ObjectValue question) {
        String key = Json.text(question);
        Optional<ObjectValue> known = answers.get(key);
        if (known.isPresent()) {
            return known;
        }
        try {
            ObjectValue status = ask(question).object("status");
            answers.put(key, status, status.bool("allowed") ? settings.allowed() : settings.denied());
            return Optional.of(status);
        } catch (ReviewEndpoint.FailedReview failure) {
            if (settings.allowsByDefault()) {
                return Optional.empty();
            }
            throw Refusal.forbidden(review, failure.reason());
        }
    }

    private ObjectValue ask(ObjectValue question) throws ReviewEndpoint.FailedReview {
        ObjectValue message = ObjectValue.EMPTY
                .with("kind", "ImageReview")
                .with("apiVersion", "imagepolicy.k8s.io/v1alpha1")
                .with("metadata", ObjectValue.EMPTY)
                .with("spec", question)
                .with("status", ObjectValue.EMPTY.with("allowed", false));
        Duration pause = settings.pause();
        for (int tries = 1; ; tries++) {
            try {
                return service.post(message);
            } catch (ReviewEndpoint.FailedReview failure) {
                if (!failure.isTransient() || tries == MOST_TRIES || !pass(pause)) {
                    throw failure;
                }
                pause = Duration.ofNanos(Math.round(pause.toNanos() * LATER));
            }
        }
    }

    /** Waits; false where the request is told to end meanwhile. */
    private boolean pass(Duration pause) {
        var over = new CompletableFuture<Boolean>();
        Runtime.Timer timer = runtime.schedule("image policy webhook", pause, () -> over.complete(true));
        try {
            return over.get();
        } catch (InterruptedException | ExecutionException ended) {
            timer.cancel();
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
