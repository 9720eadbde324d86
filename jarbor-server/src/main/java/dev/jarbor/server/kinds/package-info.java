/** The rules of the built-in kinds: defaults, validation, what an update may change. One small class a kind or group. */
@NullMarked
package dev.jarbor.server.kinds;

import org.jspecify.annotations.NullMarked;
