/**
 * Assigns pods to nodes. Here is the loop: pods that wait, attempts, bindings, and what is told of them. What it knows of the
 * cluster is in {@code cluster}, who gets which node is decided in {@code decision} by the {@code plugins} and those of {@code
 * volumes} and {@code dynamicresources}.
 */
@NullMarked
package dev.jarbor.scheduler;

import org.jspecify.annotations.NullMarked;
