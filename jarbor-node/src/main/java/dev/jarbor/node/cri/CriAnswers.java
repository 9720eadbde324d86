package dev.jarbor.node.cri;

import dev.jarbor.node.cri.proto.ContainerStatus;
import dev.jarbor.node.cri.proto.Image;
import dev.jarbor.node.cri.proto.PodIP;
import dev.jarbor.node.cri.proto.PodSandboxState;
import dev.jarbor.node.cri.proto.PodSandboxStatus;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.ImageRecord;
import dev.jarbor.node.runtime.PodIdentity;
import dev.jarbor.node.runtime.SandboxRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/** Reads the messages of the CRI. */
final class CriAnswers {
    private CriAnswers() {}

    static PodIdentity identity(Map<String, String> labels) {
        return new PodIdentity(
                labels.getOrDefault("io.kubernetes.pod.namespace", ""),
                labels.getOrDefault("io.kubernetes.pod.name", ""),
                labels.getOrDefault("io.kubernetes.pod.uid", ""));
    }

    static SandboxRecord sandbox(PodSandboxStatus status) {
        var ips = new ArrayList<String>();
        if (!status.getNetwork().getIp().isEmpty()) {
            ips.add(status.getNetwork().getIp());
        }
        status.getNetwork().getAdditionalIpsList().stream().map(PodIP::getIp).forEach(ips::add);
        return new SandboxRecord(
                status.getId(),
                identity(status.getLabelsMap()),
                status.getMetadata().getAttempt(),
                status.getState() == PodSandboxState.SANDBOX_READY,
                time(status.getCreatedAt()),
                ips);
    }

    static ContainerRecord container(ContainerStatus status, String sandboxId) {
        return new ContainerRecord(
                status.getId(),
                sandboxId,
                identity(status.getLabelsMap()),
                status.getMetadata().getName(),
                status.getMetadata().getAttempt(),
                switch (status.getState()) {
                    case CONTAINER_CREATED -> ContainerRecord.State.CREATED;
                    case CONTAINER_RUNNING -> ContainerRecord.State.RUNNING;
                    case CONTAINER_EXITED -> ContainerRecord.State.EXITED;
                    case CONTAINER_UNKNOWN, UNRECOGNIZED -> ContainerRecord.State.UNKNOWN;
                },
                time(status.getCreatedAt()),
                time(status.getStartedAt()),
                time(status.getFinishedAt()),
                status.getExitCode(),
                status.getImage().getImage(),
                status.getImageRef(),
                status.getReason(),
                status.getMessage(),
                new TreeMap<>(status.getAnnotationsMap()),
                status.getLogPath());
    }

    static ImageRecord image(Image image) {
        return new ImageRecord(
                image.getId(),
                image.getRepoTagsList(),
                image.getRepoDigestsList(),
                image.getSize(),
                image.hasUid() ? image.getUid().getValue() : image.getUsername().isEmpty() ? 0 : -1,
                image.getUsername());
    }

    static Instant time(long nanos) {
        return nanos <= 0
                ? Instant.EPOCH
                : Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }
}
