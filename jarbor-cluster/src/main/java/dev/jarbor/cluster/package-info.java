/** Puts a whole cluster together in one process: which components run, on which runtime, store and nodes. */
@NullMarked
package dev.jarbor.cluster;

import org.jspecify.annotations.NullMarked;
