/**
 * The network of one node: pod interfaces ({@code cni}), Services ({@code service}, put into the kernel by {@code nft})
 * and the cluster's names ({@code dns}). Here are the values they share. IPv4 only.
 */
@NullMarked
package dev.jarbor.network;

import org.jspecify.annotations.NullMarked;
