package dev.jarbor.node.cri;

import java.nio.file.Path;
import java.util.List;

/**
 * Where our own containerd keeps its things.
 *
 * @param data a folder on a disk that is kept: images and snapshots
 * @param run a folder that a restart of the machine empties, with a short name: a socket's path has at most 107 bytes
 * @param cniConfigurations the folder of the network's configuration
 * @param registries folders with a registry's {@code hosts.toml} each; the first that has one counts
 */
public record ContainerdSettings(Path data, Path run, Path cniConfigurations, List<Path> registries) {
    public ContainerdSettings {
        registries = List.copyOf(registries);
    }
}
