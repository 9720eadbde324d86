/** Looks after the tokens by which machines join. */
@NullMarked
package dev.jarbor.controllers.bootstraptoken;

import org.jspecify.annotations.NullMarked;
