/** The rules of what leads traffic: Services, endpoints, ingresses, policies, address ranges. */
@NullMarked
package dev.jarbor.server.kinds.network;

import org.jspecify.annotations.NullMarked;
