/** Kubernetes objects as immutable values with typed views, and the words (kinds, keys, quantities) to speak of them. */
@NullMarked
package dev.jarbor.api;

import org.jspecify.annotations.NullMarked;
