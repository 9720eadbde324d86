/**
 * Services: from Service and EndpointSlice objects to a {@link dev.jarbor.network.service.RuleSet}, a value that says
 * where each new connection goes, and the loop that keeps it in force.
 */
@NullMarked
package dev.jarbor.network.service;

import org.jspecify.annotations.NullMarked;
