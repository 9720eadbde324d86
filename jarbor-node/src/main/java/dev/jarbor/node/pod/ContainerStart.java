package dev.jarbor.node.pod;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.SandboxRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides the steps to a container's next instance: wait out the restart back-off, have the image there as the pull
 * policy says, start. Reasons, messages and events are the reference's.
 */
final class ContainerStart {
    private static final Duration RETRY = Duration.ofSeconds(10);

    private ContainerStart() {}

    static void plan(PodWorld world, PodDraft draft, Container container, SandboxRecord sandbox) {
        String name = container.name();
        if (draft.isBusy(Operation.start(name)) || draft.isBusy(Operation.pull(name))) {
            return;
        }
        if (heldBack(world, draft, container) || retryingLater(world, draft, name)) {
            return;
        }
        int attempt = world.nextAttempt(name);
        if (!imageReady(world, draft, container, attempt)) {
            return;
        }
        world.record()
                .container(name)
                .filter(ContainerRecord::exited)
                .ifPresent(last -> draft.remember(
                        name, memory -> memory.withRestarts(memory.restarts().next(last.finishedAt(), world.now()))));
        draft.begin(Operation.start(name), new PodAction.StartContainer(container, attempt, sandbox.id()));
    }

    /** CrashLoopBackOff: the wait after a container ended, counted from when it ended. */
    private static boolean heldBack(PodWorld world, PodDraft draft, Container container) {
        String name = container.name();
        Optional<ContainerRecord> last = world.record().container(name).filter(ContainerRecord::exited);
        if (last.isEmpty()) {
            return false;
        }
        Backoff restarts = world.memory(name).restarts();
        Duration left = restarts.remaining(last.get().finishedAt(), world.now());
        if (left.isZero()) {
            return false;
        }
        draft.lookAfter(left);
        if (!world.memory(name).waiting().reason().equals("CrashLoopBackOff")) {
            draft.tell(
                    name,
                    true,
                    "BackOff",
                    "Back-off restarting failed container " + name + " in pod " + world.fullName());
            draft.remember(
                    name,
                    memory -> memory.withWaiting(
                            "CrashLoopBackOff",
                            "back-off " + GoDuration.text(restarts.delay()) + " restarting failed container=" + name
                                    + " pod=" + world.fullName()));
        }
        return true;
    }

    private static boolean retryingLater(PodWorld world, PodDraft draft, String name) {
        Instant failed = world.memory(name).failedAt();
        Duration left = RETRY.minus(Duration.between(failed, world.now()));
        if (failed.equals(Instant.EPOCH) || !left.isPositive()) {
            return false;
        }
        draft.lookAfter(left);
        return true;
    }

    private static boolean imageReady(PodWorld world, PodDraft draft, Container container, int attempt) {
        String name = container.name();
        String image = container.image();
        Optional<String> reference = ImageName.parse(image).map(ImageName::canonical);
        if (reference.isEmpty()) {
            String message = "Failed to apply default image tag \"" + image
                    + "\": couldn't parse image name: invalid reference format";
            if (!world.memory(name).waiting().reason().equals("InvalidImageName")) {
                draft.tell(name, true, "InspectFailed", message);
                draft.tell(name, true, "Failed", "Error: InvalidImageName");
            }
            draft.remember(name, memory -> memory.withWaiting("InvalidImageName", message));
            return false;
        }
        PullPolicy policy = PullPolicy.of(container);
        boolean present = world.images().apply(reference.get()).isPresent();
        if (world.memory(name).pulledFor() == attempt && present) {
            return true;
        }
        return switch (policy) {
            case NEVER -> present ? alreadyPresent(draft, container) : neverPulled(world, draft, container);
            case IF_NOT_PRESENT -> present ? alreadyPresent(draft, container) : pull(world, draft, container, attempt);
            case ALWAYS -> pull(world, draft, container, attempt);
        };
    }

    private static boolean alreadyPresent(PodDraft draft, Container container) {
        draft.tell(
                container.name(),
                false,
                "Pulled",
                "Container image \"" + container.image() + "\" already present on machine");
        return true;
    }

    private static boolean neverPulled(PodWorld world, PodDraft draft, Container container) {
        String message = "Container image \"" + container.image() + "\" is not present with pull policy of Never";
        if (!world.memory(container.name()).waiting().reason().equals("ErrImageNeverPull")) {
            draft.tell(container.name(), true, "ErrImageNeverPull", message);
            draft.tell(container.name(), true, "Failed", "Error: ErrImageNeverPull");
        }
        draft.remember(container.name(), memory -> memory.withWaiting("ErrImageNeverPull", message));
        draft.lookAfter(RETRY);
        return false;
    }

    private static boolean pull(PodWorld world, PodDraft draft, Container container, int attempt) {
        String name = container.name();
        ContainerMemory memory = world.memory(name);
        if (!memory.pullFailedAt().equals(Instant.EPOCH)) {
            Duration left = memory.pulls().remaining(memory.pullFailedAt(), world.now());
            if (!left.isZero()) {
                draft.lookAfter(left);
                Duration shown = Duration.between(memory.pullFailedAt(), world.now());
                Duration show = memory.pulls().delay().dividedBy(2);
                if (memory.waiting().reason().equals("ErrImagePull") && shown.compareTo(show) < 0) {
                    draft.lookAfter(show.minus(shown)); // people see why before they see that it waits
                } else if (!memory.waiting().reason().equals("ImagePullBackOff")) {
                    String message = "Back-off pulling image \"" + container.image() + "\"";
                    draft.tell(name, false, "BackOff", message);
                    draft.tell(name, true, "Failed", "Error: ImagePullBackOff");
                    String cause = memory.waiting().reason().isEmpty()
                            ? ""
                            : ": " + memory.waiting().reason() + ": "
                                    + memory.waiting().message();
                    draft.remember(name, one -> one.withWaiting("ImagePullBackOff", message + cause));
                }
                return false;
            }
        }
        draft.begin(Operation.pull(name), new PodAction.PullImage(container, attempt));
        return false;
    }
}
