/** Benchmarks of whole clusters; run by {@code ./bench NAME}. */
@NullMarked
package dev.jarbor.bench;

import org.jspecify.annotations.NullMarked;
