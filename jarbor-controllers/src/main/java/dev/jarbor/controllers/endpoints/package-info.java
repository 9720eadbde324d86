/** Tells which pods stand behind a Service: EndpointSlices, and Endpoints for older clients. */
@NullMarked
package dev.jarbor.controllers.endpoints;

import org.jspecify.annotations.NullMarked;
