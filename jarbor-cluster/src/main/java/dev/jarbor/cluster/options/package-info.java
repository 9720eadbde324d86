/** The options of {@code jarbor server}: their names, what they take, and the settings that they make. */
@NullMarked
package dev.jarbor.cluster.options;

import org.jspecify.annotations.NullMarked;
