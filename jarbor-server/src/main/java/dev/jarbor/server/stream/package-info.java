/**
 * Long-lived byte streams between clients and containers: logs, exec, attach and port-forward, over WebSocket (RFC 6455)
 * and over SPDY/3.1, as kubectl and the client libraries speak them.
 */
@NullMarked
package dev.jarbor.server.stream;

import org.jspecify.annotations.NullMarked;
