/**
 * A cluster's objects in the files of one folder: a log of all commits, flushed before anybody hears of them, and from time to
 * time the whole state, after which the log from before is no longer needed. docs/durability.md tells what that promises.
 */
@NullMarked
package dev.jarbor.disk;

import org.jspecify.annotations.NullMarked;
