/** The rules of roles and of who has them. */
@NullMarked
package dev.jarbor.server.kinds.access;

import org.jspecify.annotations.NullMarked;
