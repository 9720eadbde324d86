package dev.jarbor.node.volume;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.scheduling.PodClaims;
import dev.jarbor.node.env.MissingReferenceException;
import dev.jarbor.node.env.PodReferences;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.ContainerSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Storage of simulated nodes: writes nothing, but insists that what volumes refer to is there, as a real node does. */
public final class ReferenceStorage implements PodStorage {
    private final ClaimedVolumes claims;

    public ReferenceStorage(PodReferences references) {
        this.claims = new ClaimedVolumes(references);
    }

    @Override
    public void prepare(Pod pod, VolumeContents contents) {
        for (Volume volume : pod.spec().volumes()) {
            try {
                contents.of(volume);
                PodClaims.of(pod, volume).ifPresent(claim -> claims.of(pod, volume, claim));
            } catch (MissingReferenceException missing) {
                throw new VolumeFailure(volume.name(), String.valueOf(missing.getMessage()), missing);
            }
        }
    }

    @Override
    public List<ContainerSpec.Mount> mounts(
            Pod pod, Container container, int attempt, String hosts, Map<String, String> environment) {
        ClaimedVolumes.refuseDevices(container);
        return List.of();
    }

    @Override
    public String logFolder(Pod pod) {
        return "";
    }

    @Override
    public String terminationMessage(Pod pod, ContainerRecord instance) {
        return "";
    }

    @Override
    public void cleanUp(String podUid) {}

    @Override
    public void keepOnly(Set<String> uids) {}
}
