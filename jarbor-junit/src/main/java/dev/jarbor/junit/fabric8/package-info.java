/** The Fabric8 client, talking to a cluster of its own JVM without a socket. */
@NullMarked
package dev.jarbor.junit.fabric8;

import org.jspecify.annotations.NullMarked;
