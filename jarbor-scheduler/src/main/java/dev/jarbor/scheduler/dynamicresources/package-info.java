/** Which devices the claims of a pod get on a node, and how that is written; the search itself is not here. */
@NullMarked
package dev.jarbor.scheduler.dynamicresources;

import org.jspecify.annotations.NullMarked;
