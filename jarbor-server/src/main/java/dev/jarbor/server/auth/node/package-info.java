/** What the agents of nodes may do: as much as the pods on them need. */
@NullMarked
package dev.jarbor.server.auth.node;

import org.jspecify.annotations.NullMarked;
