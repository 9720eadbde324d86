/**
 * Which devices a claim gets: the search over what drivers publish, pure.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/">Dynamic Resource
 *     Allocation</a>
 */
@NullMarked
package dev.jarbor.scheduler.devices;

import org.jspecify.annotations.NullMarked;
