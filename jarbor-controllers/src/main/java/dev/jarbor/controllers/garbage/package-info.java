/** Deletes what has lost its owners. */
@NullMarked
package dev.jarbor.controllers.garbage;

import org.jspecify.annotations.NullMarked;
