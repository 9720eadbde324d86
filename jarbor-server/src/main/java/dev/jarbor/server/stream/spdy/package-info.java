/**
 * The server's half of SPDY/3.1, as much of it as Kubernetes clients use: streams that the client opens, multiplexed over
 * one connection.
 *
 * @see <a href="https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/">SPDY Protocol, draft 3.1</a>
 */
@NullMarked
package dev.jarbor.server.stream.spdy;

import org.jspecify.annotations.NullMarked;
