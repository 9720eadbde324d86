/** Who is asking, and whether they may. */
@NullMarked
package dev.jarbor.server.auth;

import org.jspecify.annotations.NullMarked;
