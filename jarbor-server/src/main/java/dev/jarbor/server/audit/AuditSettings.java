package dev.jarbor.server.audit;

import dev.jarbor.runtime.Runtime;
import java.util.List;
import java.util.function.Function;

/**
 * What is recorded of requests and where.
 *
 * @param sinks each made when the server starts
 */
public record AuditSettings(AuditPolicy policy, List<Function<Runtime, AuditSink>> sinks) {
    public static final AuditSettings OFF = new AuditSettings(AuditPolicy.NOTHING, List.of());

    public AuditSettings {
        sinks = List.copyOf(sinks);
    }
}
