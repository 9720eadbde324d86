/**
 * Time, chance, identity and threads: given, not taken. Everything in Jarbor that needs one of them is handed a {@link
 * dev.jarbor.runtime.Runtime}; nothing else in the tree touches the JDK's own sources of them.
 */
@NullMarked
package dev.jarbor.runtime;

import org.jspecify.annotations.NullMarked;
