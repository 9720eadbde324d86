/** The rules of nodes, and of how they run pods. */
@NullMarked
package dev.jarbor.server.kinds.node;

import org.jspecify.annotations.NullMarked;
