/**
 * Pods whose devices are tainted go, as those on tainted nodes do.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#device-taints-and-tolerations">Device
 *     taints and tolerations</a>
 */
@NullMarked
package dev.jarbor.controllers.devicetaints;

import org.jspecify.annotations.NullMarked;
