/** Jobs at the times of a schedule. */
@NullMarked
package dev.jarbor.controllers.cronjob;

import org.jspecify.annotations.NullMarked;
