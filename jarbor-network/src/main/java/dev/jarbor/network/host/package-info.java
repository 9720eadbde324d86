/**
 * The machine underneath: its programs and its routes. What is to be done to it is decided elsewhere, in
 * pure code.
 */
@NullMarked
package dev.jarbor.network.host;

import org.jspecify.annotations.NullMarked;
