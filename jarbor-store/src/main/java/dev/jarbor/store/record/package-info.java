/** How an object is written outside of memory: one format for every durable store and for backups. */
@NullMarked
package dev.jarbor.store.record;

import org.jspecify.annotations.NullMarked;
