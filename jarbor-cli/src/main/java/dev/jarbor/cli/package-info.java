/** The {@code jarbor} command. */
@NullMarked
package dev.jarbor.cli;

import org.jspecify.annotations.NullMarked;
