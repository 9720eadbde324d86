/** Immutable JSON-shaped values: what every object is at rest and on the wire. */
@NullMarked
package dev.jarbor.api.value;

import org.jspecify.annotations.NullMarked;
