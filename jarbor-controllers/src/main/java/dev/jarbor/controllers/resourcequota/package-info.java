/** Counts what is used of each ResourceQuota, and so gives back what was deleted. */
@NullMarked
package dev.jarbor.controllers.resourcequota;

import org.jspecify.annotations.NullMarked;
