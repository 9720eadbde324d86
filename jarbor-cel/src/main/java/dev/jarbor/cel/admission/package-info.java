/** CEL expressions in the objects that configure admission: what they may speak of, and what they must be. */
@NullMarked
package dev.jarbor.cel.admission;

import org.jspecify.annotations.NullMarked;
