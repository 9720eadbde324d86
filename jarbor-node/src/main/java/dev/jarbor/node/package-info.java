/**
 * The node agent, the kubelet's job: it registers its node, keeps it alive in the API, and runs the pods that are bound to
 * it through a {@link dev.jarbor.node.runtime.ContainerRuntime}. {@link dev.jarbor.node.NodeAgent} is the entry.
 */
@NullMarked
package dev.jarbor.node;

import org.jspecify.annotations.NullMarked;
