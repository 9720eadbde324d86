/** Pods with names, order and storage of their own. */
@NullMarked
package dev.jarbor.controllers.statefulset;

import org.jspecify.annotations.NullMarked;
