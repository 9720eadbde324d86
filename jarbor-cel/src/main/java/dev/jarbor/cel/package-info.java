/** The Common Expression Language as Kubernetes speaks it. */
@NullMarked
package dev.jarbor.cel;

import org.jspecify.annotations.NullMarked;
