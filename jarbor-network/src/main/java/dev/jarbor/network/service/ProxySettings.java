package dev.jarbor.network.service;

import dev.jarbor.network.Cidr;

/**
 * What the service proxy knows of its node.
 *
 * @param node the Node object's name
 * @param zone the node's {@code topology.kubernetes.io/zone}, "" where it has none
 * @param pods the addresses of all pods of the cluster
 */
public record ProxySettings(String node, String zone, Cidr pods) {}
