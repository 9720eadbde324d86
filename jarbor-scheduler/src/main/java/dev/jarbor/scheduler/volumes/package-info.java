/** Which volumes a pod finds or gets on a node, and how that is written. */
@NullMarked
package dev.jarbor.scheduler.volumes;

import org.jspecify.annotations.NullMarked;
