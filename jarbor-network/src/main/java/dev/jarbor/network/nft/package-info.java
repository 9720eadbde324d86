/**
 * Service rules in the kernel by nftables: one table of our own, changed in transactions.
 */
@NullMarked
package dev.jarbor.network.nft;

import org.jspecify.annotations.NullMarked;
