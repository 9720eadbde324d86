package dev.jarbor.node;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.node.devices.PodDevices;
import dev.jarbor.node.env.DownwardFields;
import dev.jarbor.node.env.Environment;
import dev.jarbor.node.env.PodReferences;
import dev.jarbor.node.env.ResourceFields;
import dev.jarbor.node.runtime.PodRecord;
import dev.jarbor.node.runtime.RegistryCredentials;
import dev.jarbor.node.runtime.SandboxRecord;
import dev.jarbor.node.volume.PodTokens;
import dev.jarbor.node.volume.VolumeContents;
import java.util.List;
import java.util.SortedMap;

/** Gathers what a pod's containers are made from: environment, volume contents, credentials. */
final class PodInputs {
    private final NodeSettings settings;
    private final PodReferences references;
    private final PodTokens tokens;
    private final PodDevices devices;
    private final ResourceFields resources;

    PodInputs(NodeSettings settings, PodReferences references, PodTokens tokens, PodDevices devices) {
        this.devices = devices;
        this.settings = settings;
        this.references = references;
        this.tokens = tokens;
        this.resources = new ResourceFields(settings.allocatable());
    }

    NodeSettings settings() {
        return settings;
    }

    PodDevices devices() {
        return devices;
    }

    SortedMap<String, String> environment(Pod pod, PodRecord record, Container container) {
        return new Environment(pod, references, fields(pod, record), resources).of(container);
    }

    VolumeContents contents(Pod pod, PodRecord record) {
        return new VolumeContents(pod, references, fields(pod, record), resources, tokens);
    }

    List<RegistryCredentials> credentials(Pod pod, String registry) {
        return PullCredentials.of(pod, registry, references);
    }

    /** The addresses of the pod, those of the node for pods in its network. */
    List<String> addresses(Pod pod, PodRecord record) {
        return pod.spec().hostNetwork()
                ? settings.addresses()
                : record.readySandbox().map(SandboxRecord::ips).orElse(List.of());
    }

    private DownwardFields fields(Pod pod, PodRecord record) {
        return new DownwardFields(pod, addresses(pod, record), settings.addresses());
    }
}
