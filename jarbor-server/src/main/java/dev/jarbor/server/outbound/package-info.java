/** Connections from the server to what stands behind it: webhooks, aggregated API servers, pods and Services. */
@NullMarked
package dev.jarbor.server.outbound;

import org.jspecify.annotations.NullMarked;
