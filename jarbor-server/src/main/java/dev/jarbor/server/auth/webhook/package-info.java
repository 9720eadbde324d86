/** Asking a service outside of the cluster who somebody is, and what they may do. */
@NullMarked
package dev.jarbor.server.auth.webhook;

import org.jspecify.annotations.NullMarked;
