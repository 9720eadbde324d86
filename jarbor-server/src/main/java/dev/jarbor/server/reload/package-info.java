/** Configuration that is taken up again when its file changes. */
@NullMarked
package dev.jarbor.server.reload;

import org.jspecify.annotations.NullMarked;
