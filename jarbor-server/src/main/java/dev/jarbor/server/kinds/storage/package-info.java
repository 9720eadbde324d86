/** The rules of volumes, classes of storage and drivers. */
@NullMarked
package dev.jarbor.server.kinds.storage;

import org.jspecify.annotations.NullMarked;
