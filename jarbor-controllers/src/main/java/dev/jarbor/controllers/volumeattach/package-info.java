/** Has CSI volumes attached to the nodes of the pods that use them, and detached when nobody does. */
@NullMarked
package dev.jarbor.controllers.volumeattach;

import org.jspecify.annotations.NullMarked;
