/** The API {@code metrics.k8s.io}: what nodes and pods use, as their nodes tell it every quarter of a minute. */
@NullMarked
package dev.jarbor.server.resourcemetrics;

import org.jspecify.annotations.NullMarked;
