/** Who may come in and what they may do: the modes of authorisation by their names, put together. */
@NullMarked
package dev.jarbor.server.access;

import org.jspecify.annotations.NullMarked;
