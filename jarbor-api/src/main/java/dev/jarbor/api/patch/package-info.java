/**
 * The three patches of the Kubernetes API that change an object at once: JSON patch, JSON merge patch, strategic merge
 * patch.
 */
@NullMarked
package dev.jarbor.api.patch;

import org.jspecify.annotations.NullMarked;
