package dev.jarbor.node.cri;

import java.nio.file.Path;

/**
 * How to use a runtime.
 *
 * @param socket its Unix socket
 * @param owner marks what this node made: several nodes and other programs may share a runtime, and each looks after its
 *     own
 * @param cgroupRoot the control group of all pods, such as {@code /jarbor}; "" for the runtime's own
 */
public record CriSettings(Path socket, String owner, String cgroupRoot) {}
