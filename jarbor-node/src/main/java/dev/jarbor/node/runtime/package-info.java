/**
 * The port between the node agent and whatever runs its containers, in the concepts of the Container Runtime Interface:
 * sandboxes, containers, images. One implementation speaks to containerd, one simulates.
 */
@NullMarked
package dev.jarbor.node.runtime;

import org.jspecify.annotations.NullMarked;
