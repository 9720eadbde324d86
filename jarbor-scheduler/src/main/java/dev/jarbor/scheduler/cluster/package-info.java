/** What the scheduler knows of nodes, the pods on them and what these need, and asks about volumes and devices. */
@NullMarked
package dev.jarbor.scheduler.cluster;

import org.jspecify.annotations.NullMarked;
