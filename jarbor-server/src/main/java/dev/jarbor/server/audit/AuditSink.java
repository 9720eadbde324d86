package dev.jarbor.server.audit;

import dev.jarbor.api.value.ObjectValue;

/** Where audit events go. May be called by many requests at once; never fails, and says what it could not keep. */
public interface AuditSink extends AutoCloseable {
    /** @param event an {@code Event} of {@code audit.k8s.io/v1} */
    void record(ObjectValue event);

    /** Lets go of what it holds after writing what it has. */
    @Override
    default void close() {}
}
