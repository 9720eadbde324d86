/** Embedded storage libraries beside an append-only log: what a durable commit costs, and what a crash leaves. */
@NullMarked
package dev.jarbor.bench.stores;

import org.jspecify.annotations.NullMarked;
