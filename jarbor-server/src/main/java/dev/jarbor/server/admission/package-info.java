/** Steps that look at, and may change, an object on its way in, because of what else is in the cluster. */
@NullMarked
package dev.jarbor.server.admission;

import org.jspecify.annotations.NullMarked;
