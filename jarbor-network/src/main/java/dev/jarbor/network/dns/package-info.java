/**
 * The cluster's names: an authoritative name server for the cluster domain after the Kubernetes DNS specification, which
 * asks the machine's own servers for everything else.
 */
@NullMarked
package dev.jarbor.network.dns;

import org.jspecify.annotations.NullMarked;
