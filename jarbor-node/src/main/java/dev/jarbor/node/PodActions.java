package dev.jarbor.node;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.node.env.MissingReferenceException;
import dev.jarbor.node.pod.GoDuration;
import dev.jarbor.node.pod.ImageName;
import dev.jarbor.node.pod.Operation;
import dev.jarbor.node.pod.PodAction;
import dev.jarbor.node.pod.PodMemory;
import dev.jarbor.node.pod.PodMemory.VolumeState;
import dev.jarbor.node.pod.PodWorld;
import dev.jarbor.node.runtime.ContainerRuntime;
import dev.jarbor.node.runtime.ContainerSpec;
import dev.jarbor.node.runtime.ImageRecord;
import dev.jarbor.node.runtime.RegistryCredentials;
import dev.jarbor.node.runtime.Reply;
import dev.jarbor.node.runtime.SandboxSpec;
import dev.jarbor.node.volume.AttachableVolumes;
import dev.jarbor.node.volume.PodStorage;
import dev.jarbor.node.volume.VolumeFailure;
import dev.jarbor.runtime.Runtime;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Carries out what was decided for a pod, tells people by events, and reports the outcome to the pod's worker. */
final class PodActions {
    private final Runtime runtime;
    private final EventRecorder events;
    private final ContainerRuntime containers;
    private final PodStorage storage;
    private final AttachableVolumes attachable;
    private final PodInputs inputs;
    private final Hooks hooks;

    PodActions(
            Runtime runtime,
            EventRecorder events,
            ContainerRuntime containers,
            PodStorage storage,
            AttachableVolumes attachable,
            PodInputs inputs) {
        this.runtime = runtime;
        this.events = events;
        this.containers = containers;
        this.storage = storage;
        this.attachable = attachable;
        this.inputs = inputs;
        this.hooks = new Hooks(runtime, containers);
    }

    void carryOut(PodAction action, PodWorker worker, PodWorld world) {
        switch (action) {
            case PodAction.PrepareVolumes ignored ->
                runtime.execute("volumes of " + worker.key(), () -> prepareVolumes(worker, world));
            case PodAction.StartSandbox(int attempt) ->
                runtime.execute("sandbox of " + worker.key(), () -> startSandbox(worker, world, attempt));
            case PodAction.PullImage(Container container, int attempt) -> pull(worker, world, container, attempt);
            case PodAction.StartContainer start ->
                runtime.execute("start of " + worker.key(), () -> startContainer(worker, world, start));
            case PodAction.StopContainer stop -> stopContainer(worker, world, stop);
            case PodAction.StopSandbox(String id) ->
                containers.stopSandbox(id, outcome -> worker.tell(memory -> memory.withoutBusy(Operation.stop(id))));
            case PodAction.RemoveSandbox(String id) -> removeNow(worker, id);
            case PodAction.RemoveContainer(String id) ->
                containers.removeContainer(
                        id, outcome -> worker.tell(memory -> memory.withoutBusy(Operation.remove(id))));
            case PodAction.Tell(String container, boolean warning, String reason, String message) ->
                tell(world.pod(), container, warning, reason, message);
        }
    }

    /** Removes a sandbox that ended, outside of a plan; once at a time. */
    void removeSandbox(PodWorker worker, String id) {
        if (!worker.memory().isBusy(Operation.remove(id))) {
            worker.remember(worker.memory().withBusy(Operation.remove(id)));
            removeNow(worker, id);
        }
    }

    private void removeNow(PodWorker worker, String id) {
        containers.removeSandbox(id, outcome -> worker.tell(memory -> memory.withoutBusy(Operation.remove(id))));
    }

    /** What a pod needs before its sandbox: its devices, once, and the contents of its volumes. */
    private void prepareVolumes(PodWorker worker, PodWorld world) {
        if (!worker.memory().volumes().ready() && !prepareDevices(world.pod())) {
            Instant now = runtime.now();
            worker.tell(memory -> memory.withoutBusy(Operation.VOLUMES)
                    .withVolumes(memory.volumes().failed(now, false)));
            return;
        }
        UnaryOperator<VolumeState> outcome;
        try {
            attachable.require(world.pod());
            storage.prepare(world.pod(), inputs.contents(world.pod(), world.record()));
            Instant now = runtime.now();
            outcome = before -> new VolumeState(true, now, 0);
        } catch (VolumeFailure failed) {
            if (!failed.isWait()) {
                mountFailed(world.pod(), " for volume \"" + failed.volume() + "\" ", failed);
            }
            Instant now = runtime.now();
            outcome = before -> before.failed(now, failed.isWait());
        } catch (RuntimeException failed) { // whatever it was, the operation must not stay under way for ever
            mountFailed(world.pod(), "", failed);
            Instant now = runtime.now();
            outcome = before -> before.failed(now, false);
        }
        UnaryOperator<VolumeState> next = outcome;
        worker.tell(memory -> memory.withoutBusy(Operation.VOLUMES).withVolumes(next.apply(memory.volumes())));
    }

    /** Whether {@code pod} may use its devices here; it is told why not. */
    private boolean prepareDevices(Pod pod) {
        String failure;
        try {
            failure = inputs.devices().objection(pod).orElse("");
        } catch (RuntimeException failed) { // as with volumes
            failure = String.valueOf(failed.getMessage());
        }
        if (!failure.isEmpty()) {
            tell(pod, "", true, "FailedPrepareDynamicResources", "Failed to prepare dynamic resources: " + failure);
        }
        return failure.isEmpty();
    }

    private void mountFailed(Pod pod, String which, RuntimeException failure) {
        tell(pod, "", true, "FailedMount", "MountVolume.SetUp failed" + which + ": " + failure.getMessage());
    }

    private void startSandbox(PodWorker worker, PodWorld world, int attempt) {
        Pod pod = world.pod();
        SandboxSpec spec;
        try {
            spec = RuntimeSpecs.sandbox(pod, attempt, storage.logFolder(pod), inputs.settings());
        } catch (UncheckedIOException failed) {
            sandboxFailed(worker, pod, String.valueOf(failed.getMessage()));
            return;
        }
        containers.runSandbox(spec, outcome -> {
            switch (outcome) {
                case Reply.Outcome.Ok<String> ignored ->
                    worker.tell(memory -> memory.withoutBusy(Operation.SANDBOX).sandboxStarted());
                case Reply.Outcome.Failed<String> failed -> sandboxFailed(worker, pod, failed.message());
            }
        });
    }

    private void sandboxFailed(PodWorker worker, Pod pod, String message) {
        tell(pod, "", true, "FailedCreatePodSandBox", "Failed to create pod sandbox: " + message);
        Instant now = runtime.now();
        worker.tell(memory -> memory.withoutBusy(Operation.SANDBOX).sandboxFailed(now));
    }

    private void pull(PodWorker worker, PodWorld world, Container container, int attempt) {
        Pod pod = world.pod();
        String image = container.image();
        Optional<ImageName> parsed = ImageName.parse(image);
        if (parsed.isEmpty()) {
            throw new IllegalStateException("a pull was planned of what is no image name: " + image);
        }
        tell(pod, container.name(), false, "Pulling", "Pulling image \"" + image + "\"");
        Instant began = runtime.now();
        List<RegistryCredentials> credentials;
        try {
            credentials = inputs.credentials(pod, parsed.get().registry());
        } catch (ApiException refused) {
            credentials = List.of();
            tell(
                    pod,
                    "",
                    true,
                    "FailedToRetrieveImagePullSecret",
                    "Unable to retrieve some image pull secrets; attempting to pull the image may not succeed.");
        }
        containers.pull(parsed.get().canonical(), credentials, outcome -> {
            String name = container.name();
            UnaryOperator<PodMemory> idle = memory -> memory.withoutBusy(Operation.pull(name));
            switch (outcome) {
                case Reply.Outcome.Ok<ImageRecord>(ImageRecord pulled) -> {
                    String took = GoDuration.text(Duration.between(began, runtime.now()));
                    tell(
                            pod,
                            name,
                            false,
                            "Pulled",
                            "Successfully pulled image \"" + image + "\" in " + took + " (" + took
                                    + " including waiting). Image size: " + pulled.size() + " bytes.");
                    worker.tell(memory -> idle.apply(memory).withContainer(name, one -> one.pulled(attempt)));
                }
                case Reply.Outcome.Failed<ImageRecord>(var kind, String message) -> {
                    tell(pod, container.name(), true, "Failed", "Failed to pull image \"" + image + "\": " + message);
                    tell(pod, container.name(), true, "Failed", "Error: ErrImagePull");
                    Instant now = runtime.now();
                    worker.tell(memory -> idle.apply(memory)
                            .withContainer(name, one -> one.pullFailed(now, "ErrImagePull", message)));
                }
            }
        });
    }

    private void startContainer(PodWorker worker, PodWorld world, PodAction.StartContainer start) {
        Pod pod = world.pod();
        Container container = start.container();
        ContainerSpec spec;
        SandboxSpec sandbox;
        try {
            spec = containerSpec(world, start);
            int attempt =
                    world.record().readySandbox().map(one -> one.attempt()).orElse(0);
            sandbox = RuntimeSpecs.sandbox(pod, attempt, storage.logFolder(pod), inputs.settings());
        } catch (MissingReferenceException | VolumeFailure | ApiException missing) {
            startFailed(worker, pod, container, "CreateContainerConfigError", String.valueOf(missing.getMessage()));
            return;
        } catch (RuntimeException fault) { // whatever it was, the operation must not stay under way for ever
            startFailed(worker, pod, container, "CreateContainerError", String.valueOf(fault.getMessage()));
            return;
        }
        containers.startContainer(start.sandboxId(), sandbox, spec, outcome -> {
            switch (outcome) {
                case Reply.Outcome.Ok<String>(String id) -> {
                    tell(pod, container.name(), false, "Created", "Created container: " + container.name());
                    tell(pod, container.name(), false, "Started", "Started container " + container.name());
                    afterStart(worker, world, container, id);
                }
                case Reply.Outcome.Failed<String>(var kind, String message) ->
                    startFailed(
                            worker,
                            pod,
                            container,
                            kind == Reply.FailureKind.START ? "RunContainerError" : "CreateContainerError",
                            message);
            }
        });
    }

    private ContainerSpec containerSpec(PodWorld world, PodAction.StartContainer start) {
        Pod pod = world.pod();
        Container container = start.container();
        ImageRecord image = ImageName.parse(container.image())
                .flatMap(name -> containers.image(name.canonical()))
                .orElseThrow(() -> new MissingReferenceException("image \"" + container.image() + "\" not found"));
        SecurityMapping.rootRefusal(pod, container, image).ifPresent(refusal -> {
            throw new MissingReferenceException(refusal);
        });
        SortedMap<String, String> environment = inputs.environment(pod, world.record(), container);
        String hosts = PodNetworkFiles.hosts(
                pod,
                inputs.addresses(pod, world.record()),
                inputs.settings().dns().domain());
        List<ContainerSpec.Mount> mounts = storage.mounts(pod, container, start.attempt(), hosts, environment);
        return RuntimeSpecs.container(pod, container, start.attempt(), image, environment, mounts, inputs.settings());
    }

    private void startFailed(PodWorker worker, Pod pod, Container container, String reason, String message) {
        tell(pod, container.name(), true, "Failed", "Error: " + message);
        Instant now = runtime.now();
        worker.tell(memory -> memory.withoutBusy(Operation.start(container.name()))
                .withContainer(container.name(), one -> one.startFailed(now, reason, message)));
    }

    private void afterStart(PodWorker worker, PodWorld world, Container container, String id) {
        UnaryOperator<PodMemory> started = memory -> memory.withoutBusy(Operation.start(container.name()))
                .withContainer(container.name(), one -> one.started(id));
        if (!container.lifecycle().hasPostStart()) {
            worker.tell(started);
            return;
        }
        hooks.run(container.lifecycle().postStart(), world, container, id, Hooks.LONGEST, failure -> {
            if (failure.isEmpty()) {
                worker.tell(started);
                return;
            }
            tell(world.pod(), container.name(), true, "FailedPostStartHook", "PostStartHook failed: " + failure);
            containers.stopContainer(id, world.grace(), stopped -> worker.tell(started));
        });
    }

    private void stopContainer(PodWorker worker, PodWorld world, PodAction.StopContainer stop) {
        String id = stop.instance().id();
        Optional<Container> container = container(world.pod(), stop.instance().name());
        Instant began = runtime.now();
        Runnable end = () -> {
            Duration left = stop.grace().minus(Duration.between(began, runtime.now()));
            Duration grace = left.compareTo(Hooks.SHORTEST_GRACE) < 0 ? Hooks.SHORTEST_GRACE : left;
            containers.stopContainer(
                    id, grace, outcome -> worker.tell(memory -> memory.withoutBusy(Operation.stop(id))));
        };
        boolean hooked = stop.runHook()
                && container.filter(one -> one.lifecycle().hasPreStop()).isPresent();
        if (!hooked) {
            end.run();
            return;
        }
        hooks.run(container.get().lifecycle().preStop(), world, container.get(), id, stop.grace(), failure -> {
            if (!failure.isEmpty()) {
                tell(world.pod(), stop.instance().name(), true, "FailedPreStopHook", "PreStopHook failed: " + failure);
            }
            end.run();
        });
    }

    private static Optional<Container> container(Pod pod, String name) {
        return Stream.concat(pod.spec().containers().stream(), pod.spec().initContainers().stream())
                .filter(one -> one.name().equals(name))
                .findFirst();
    }

    private void tell(Pod pod, String container, boolean warning, String reason, String message) {
        EventRecorder recorder = container.isEmpty() ? events : events.at(fieldPath(pod, container));
        if (warning) {
            recorder.warning(pod, reason, message);
        } else {
            recorder.normal(pod, reason, message);
        }
    }

    /** Where in the pod the container stands, as events name it. */
    static String fieldPath(Pod pod, String container) {
        boolean init =
                pod.spec().initContainers().stream().anyMatch(one -> one.name().equals(container));
        boolean main =
                pod.spec().containers().stream().anyMatch(one -> one.name().equals(container));
        return "spec." + (init ? "initContainers" : main ? "containers" : "ephemeralContainers") + "{" + container
                + "}";
    }
}
