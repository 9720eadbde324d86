/** Devices of nodes: what a driver says of them, and whether a pod may use them. */
@NullMarked
package dev.jarbor.node.devices;

import org.jspecify.annotations.NullMarked;
