package dev.jarbor.node.cri;

import dev.jarbor.node.cri.proto.Container;
import dev.jarbor.node.cri.proto.ContainerState;
import dev.jarbor.node.cri.proto.ContainerStats;
import dev.jarbor.node.cri.proto.ContainerStatsFilter;
import dev.jarbor.node.cri.proto.ContainerStatusRequest;
import dev.jarbor.node.cri.proto.ListContainerStatsRequest;
import dev.jarbor.node.cri.proto.PodSandbox;
import dev.jarbor.node.cri.proto.ReopenContainerLogRequest;
import dev.jarbor.node.runtime.ContainerRuntimeException;
import dev.jarbor.node.runtime.ContainerUsage;
import dev.jarbor.runtime.Runtime;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Looks every second which sandboxes and containers changed their state, and tells of their pods: runtimes before
 * containerd 1.7 have no event stream, and a look that finds nothing costs two short calls. Rotates long logs on the way.
 */
final class ContainerPoll implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ContainerPoll.class.getName());
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int LOOKS_BETWEEN_ROTATIONS = 10;

    private final Runtime runtime;
    private final CriClient client;
    private final Function<Map<String, String>, List<PodSandbox>> sandboxes;
    private final Function<Map<String, String>, List<Container>> containers;
    private final CopyOnWriteArrayList<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean closed;
    private Map<String, String> before = new TreeMap<>();
    private int looks;

    ContainerPoll(
            Runtime runtime,
            CriClient client,
            Function<Map<String, String>, List<PodSandbox>> sandboxes,
            Function<Map<String, String>, List<Container>> containers) {
        this.runtime = runtime;
        this.client = client;
        this.sandboxes = sandboxes;
        this.containers = containers;
    }

    /** Adds a listener; the first one starts the looking. */
    void onChange(Consumer<String> listener) {
        listeners.add(listener);
        if (listeners.size() == 1) {
            runtime.schedule("container poll", PERIOD, this::look);
        }
    }

    private void look() {
        if (closed) {
            return;
        }
        try {
            List<Container> present = containers.apply(Map.of());
            var now = new TreeMap<String, String>();
            sandboxes
                    .apply(Map.of())
                    .forEach(one -> now.merge(uid(one.getLabelsMap()), one.getId() + one.getState(), String::concat));
            present.forEach(one -> now.merge(uid(one.getLabelsMap()), one.getId() + one.getState(), String::concat));
            var uids = new TreeSet<>(now.keySet());
            uids.addAll(before.keySet());
            Map<String, String> last = before;
            before = now;
            uids.stream()
                    .filter(uid -> !now.getOrDefault(uid, "").equals(last.getOrDefault(uid, "")))
                    .forEach(uid -> listeners.forEach(listener -> listener.accept(uid)));
            if (++looks % LOOKS_BETWEEN_ROTATIONS == 0) {
                present.stream()
                        .filter(one -> one.getState() == ContainerState.CONTAINER_RUNNING)
                        .forEach(one -> rotate(one.getId()));
            }
        } catch (ContainerRuntimeException failed) {
            LOG.log(System.Logger.Level.DEBUG, "containers are looked at again: {0}", failed.getMessage());
        } finally {
            runtime.schedule("container poll", PERIOD, this::look);
        }
    }

    private void rotate(String id) {
        try {
            String log = client.call(
                            CriMethods.CONTAINER_STATUS,
                            ContainerStatusRequest.newBuilder()
                                    .setContainerId(id)
                                    .build())
                    .getStatus()
                    .getLogPath();
            if (LogFiles.rotateIfLong(log, runtime.now())) {
                client.call(
                        CriMethods.REOPEN_LOG,
                        ReopenContainerLogRequest.newBuilder()
                                .setContainerId(id)
                                .build());
            }
        } catch (StatusRuntimeException | IOException failed) {
            LOG.log(System.Logger.Level.DEBUG, "the log of {0} was not rotated: {1}", id, failed.getMessage());
        }
    }

    List<ContainerUsage> usage(String owner) {
        try {
            return client
                    .call(
                            CriMethods.STATS,
                            ListContainerStatsRequest.newBuilder()
                                    .setFilter(ContainerStatsFilter.newBuilder()
                                            .putLabelSelector(CriContainers.OWNER, owner))
                                    .build())
                    .getStatsList()
                    .stream()
                    .map(ContainerPoll::usage)
                    .toList();
        } catch (StatusRuntimeException failed) {
            throw new ContainerRuntimeException("no usage: " + CriClient.words(failed), failed);
        }
    }

    private static ContainerUsage usage(ContainerStats stats) {
        return new ContainerUsage(
                CriAnswers.identity(stats.getAttributes().getLabelsMap()),
                stats.getAttributes().getMetadata().getName(),
                CriAnswers.time(stats.getCpu().getTimestamp()),
                stats.getCpu().getUsageCoreNanoSeconds().getValue(),
                stats.getMemory().getWorkingSetBytes().getValue());
    }

    private static String uid(Map<String, String> labels) {
        return labels.getOrDefault("io.kubernetes.pod.uid", "");
    }

    @Override
    public void close() {
        closed = true;
        listeners.clear();
    }
}
