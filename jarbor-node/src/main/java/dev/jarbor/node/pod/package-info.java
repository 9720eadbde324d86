/**
 * The decisions of a pod's life as pure code: from the pod, what the runtime holds of it and what the agent remembers, to
 * actions and a status. Nothing here acts, waits or logs.
 */
@NullMarked
package dev.jarbor.node.pod;

import org.jspecify.annotations.NullMarked;
