/** Byte streams in memory and between two ends, all of them bounded. */
@NullMarked
package dev.jarbor.server.stream.pipe;

import org.jspecify.annotations.NullMarked;
