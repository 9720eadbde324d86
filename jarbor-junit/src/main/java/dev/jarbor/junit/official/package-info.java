/** The official Java client, talking to a cluster of its own JVM without a socket of the operating system's. */
@NullMarked
package dev.jarbor.junit.official;

import org.jspecify.annotations.NullMarked;
