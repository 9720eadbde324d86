package dev.jarbor.node.volume;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.ContainerSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The part of the node's file system that belongs to pods. */
public interface PodStorage {
    /**
     * Makes the pod's volumes, or brings their content up to date.
     *
     * @throws VolumeFailure naming the first volume that could not be made
     */
    void prepare(Pod pod, VolumeContents contents);

    /**
     * What to mount into an instance of {@code container}.
     *
     * @param hosts the content of its /etc/hosts; "" to leave that to the runtime
     * @param environment for {@code subPathExpr}
     * @throws VolumeFailure where a mount's source cannot be used
     */
    List<ContainerSpec.Mount> mounts(
            Pod pod, Container container, int attempt, String hosts, Map<String, String> environment);

    /** The folder of the pod's logs; "" where there are none. */
    String logFolder(Pod pod);

    /** What an ended instance wrote to its termination log; "" for nothing. */
    String terminationMessage(Pod pod, ContainerRecord instance);

    /** Removes everything of a pod but its logs. */
    void cleanUp(String podUid);

    /** Removes what belongs to pods other than {@code uids}. */
    void keepOnly(Set<String> uids);
}
