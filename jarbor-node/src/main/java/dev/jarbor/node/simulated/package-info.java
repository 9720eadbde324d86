/** Containers that do not exist: they start, answer probes and end as told, on the cluster's own clock. */
@NullMarked
package dev.jarbor.node.simulated;

import org.jspecify.annotations.NullMarked;
