/**
 * How every component speaks to a Kubernetes API server, ours or any other: {@link dev.jarbor.client.Api} for calls,
 * {@link dev.jarbor.client.Informers} for a live local copy, {@link dev.jarbor.client.Controller} for the loop that
 * reads the world and writes the difference.
 */
@NullMarked
package dev.jarbor.client;

import org.jspecify.annotations.NullMarked;
