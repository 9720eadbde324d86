/**
 * Checks what clients of a store saw: each key's operations must have an order in which every answer is right and nobody
 * is answered before they asked, and watches must tell of exactly that order.
 */
@NullMarked
package dev.jarbor.store.linear;

import org.jspecify.annotations.NullMarked;
