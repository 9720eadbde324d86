/**
 * Assigns pods to nodes: a queue of pods that wait, a running sum of what each node carries, and a pure decision made of
 * filters and scores.
 */
@NullMarked
package dev.jarbor.scheduler;

import org.jspecify.annotations.NullMarked;
