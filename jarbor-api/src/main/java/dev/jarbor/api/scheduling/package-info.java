/** Where a pod may run as its own fields and the node's labels and taints say: rules that several components share. */
@NullMarked
package dev.jarbor.api.scheduling;

import org.jspecify.annotations.NullMarked;
