/** Says how long nodes may keep what they have read. */
@NullMarked
package dev.jarbor.controllers.nodettl;

import org.jspecify.annotations.NullMarked;
