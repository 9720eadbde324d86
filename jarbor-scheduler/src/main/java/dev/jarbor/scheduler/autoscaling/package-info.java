/**
 * The cluster autoscaler: nodes are added for pods that find none, and removed when their pods find room elsewhere. It knows
 * groups of equal nodes through {@link dev.jarbor.scheduler.autoscaling.NodeGroup} and decides by the scheduler's own filters.
 */
@NullMarked
package dev.jarbor.scheduler.autoscaling;

import org.jspecify.annotations.NullMarked;
