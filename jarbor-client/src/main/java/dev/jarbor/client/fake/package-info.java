/**
 * A small Kubernetes API in memory, for testing what talks to {@link dev.jarbor.client.Api}: the semantics that
 * controllers rely on (versions, conflicts, finalizers, watches) without a server, and faults on demand.
 */
@NullMarked
package dev.jarbor.client.fake;

import org.jspecify.annotations.NullMarked;
