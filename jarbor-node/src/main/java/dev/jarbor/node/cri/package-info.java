/** Real containers: containerd over the Container Runtime Interface, version 1, and what a node needs around it. */
@NullMarked
package dev.jarbor.node.cri;

import org.jspecify.annotations.NullMarked;
