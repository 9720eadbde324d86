/** The chain of built-in admission, in the reference's order. */
@NullMarked
package dev.jarbor.server.admission.builtin;

import org.jspecify.annotations.NullMarked;
