package dev.jarbor.node.pod;

import dev.jarbor.api.core.v1.Pod;

/** What a pod's volumes say about how they are to be kept. */
final class PodVolumes {
    private PodVolumes() {}

    /** Whether the content of any volume may change while the pod runs. */
    static boolean change(Pod pod) {
        return pod.spec().volumes().stream()
                .anyMatch(volume -> volume.hasConfigMap()
                        || volume.hasSecret()
                        || volume.hasProjected()
                        || volume.hasDownwardAPI());
    }
}
