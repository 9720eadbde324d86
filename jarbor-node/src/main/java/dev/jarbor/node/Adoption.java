package dev.jarbor.node;

import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.node.pod.ContainerMemory;
import dev.jarbor.node.pod.ProbeKind;
import dev.jarbor.node.pod.ProbeState;
import dev.jarbor.node.runtime.ContainerRecord;

/** Takes over what the status says of an instance that an earlier agent ran, so that a restart makes nothing unready. */
final class Adoption {
    private static final ProbeState HELD = new ProbeState(ProbeState.Verdict.SUCCESS, 1, 0);

    private Adoption() {}

    static ContainerMemory of(Pod pod, ContainerRecord instance, ContainerMemory memory) {
        ContainerMemory adopted = memory;
        for (ContainerStatus status : pod.status().containerStatuses()) {
            if (status.name().equals(instance.name()) && status.containerID().endsWith("//" + instance.id())) {
                if (status.started()) {
                    adopted = adopted.probed(instance.id(), ProbeKind.STARTUP, HELD);
                }
                if (status.ready()) {
                    adopted = adopted.probed(instance.id(), ProbeKind.READINESS, HELD);
                }
            }
        }
        return adopted;
    }
}
