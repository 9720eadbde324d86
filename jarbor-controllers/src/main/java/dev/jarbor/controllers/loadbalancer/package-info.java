/** Gives Services of type LoadBalancer addresses that this cluster has itself. */
@NullMarked
package dev.jarbor.controllers.loadbalancer;

import org.jspecify.annotations.NullMarked;
