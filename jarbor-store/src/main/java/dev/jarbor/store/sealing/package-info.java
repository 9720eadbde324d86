/** Encryption at rest: what is written to disk is sealed, and opened again with the key that it names. */
@NullMarked
package dev.jarbor.store.sealing;

import org.jspecify.annotations.NullMarked;
