/** Notices nodes that fell silent, taints them, and moves their pods away. */
@NullMarked
package dev.jarbor.controllers.nodelifecycle;

import org.jspecify.annotations.NullMarked;
