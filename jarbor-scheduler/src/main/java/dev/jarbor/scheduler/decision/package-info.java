/** Which node a pod gets, and who goes for it; pure. */
@NullMarked
package dev.jarbor.scheduler.decision;

import org.jspecify.annotations.NullMarked;
