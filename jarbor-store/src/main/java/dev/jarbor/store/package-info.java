/**
 * Where a cluster's objects live: one strictly increasing revision, transactions with preconditions, immutable
 * snapshots, and watches that miss and repeat nothing.
 */
@NullMarked
package dev.jarbor.store;

import org.jspecify.annotations.NullMarked;
