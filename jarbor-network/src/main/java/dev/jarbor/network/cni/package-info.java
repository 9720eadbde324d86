/**
 * How pods get an interface: the network configuration that the container runtime reads (CNI 1.0.0), and the kernel
 * settings that routing between pods and Services needs.
 */
@NullMarked
package dev.jarbor.network.cni;

import org.jspecify.annotations.NullMarked;
