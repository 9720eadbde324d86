/** Expressions that select devices by what their drivers say of them. */
@NullMarked
package dev.jarbor.cel.device;

import org.jspecify.annotations.NullMarked;
