/** The functions that expressions may call. */
@NullMarked
package dev.jarbor.cel.library;

import org.jspecify.annotations.NullMarked;
