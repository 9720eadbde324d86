/**
 * A whole cluster in this JVM, for tests and rehearsals: {@link dev.jarbor.embed.Jarbor} is the cluster, {@link
 * dev.jarbor.embed.JarborSettings} what its owner decides.
 */
@NullMarked
package dev.jarbor.embed;

import org.jspecify.annotations.NullMarked;
