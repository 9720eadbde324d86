/** Volumes that are folders on the nodes themselves: made for claims, removed with them. */
@NullMarked
package dev.jarbor.node.localvolume;

import org.jspecify.annotations.NullMarked;
