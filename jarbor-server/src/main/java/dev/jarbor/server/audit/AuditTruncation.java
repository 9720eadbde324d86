package dev.jarbor.server.audit;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How large events may be, and how large what is sent at once.
 *
 * @param eventBytes an event that is larger loses what was sent and answered; one that is still too large is lost
 * @param batchBytes of the events that are sent together
 * @see <a href="https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#parameter-tuning">Auditing, truncating</a>
 */
public record AuditTruncation(long eventBytes, long batchBytes) {
    /** As large as they come. */
    public static final AuditTruncation NONE = new AuditTruncation(Long.MAX_VALUE, Long.MAX_VALUE);

    private static final System.Logger LOG = System.getLogger(AuditTruncation.class.getName());
    private static final String TRUNCATED = "audit.k8s.io/truncated";

    /** {@code next}, told events only as large as they may be. */
    public AuditSink before(AuditSink next) {
        return new AuditSink() {
            @Override
            public void record(ObjectValue event) {
                shortened(event).ifPresent(next::record);
            }

            @Override
            public void close() {
                next.close();
            }
        };
    }

    Optional<ObjectValue> shortened(ObjectValue event) {
        if (eventBytes == Long.MAX_VALUE || size(event) <= eventBytes) {
            return Optional.of(event);
        }
        ObjectValue shorter = event.without("requestObject")
                .without("responseObject")
                .update("annotations", annotations -> annotations.with(TRUNCATED, "true"));
        if (size(shorter) > eventBytes) {
            LOG.log(System.Logger.Level.ERROR, "an audit event is lost: it is too large even without its objects");
            return Optional.empty();
        }
        return Optional.of(shorter);
    }

    /** The events in portions that may be sent, in order. */
    List<List<ObjectValue>> portions(List<ObjectValue> events) {
        var portions = new ArrayList<List<ObjectValue>>();
        var portion = new ArrayList<ObjectValue>();
        long bytes = 0;
        for (ObjectValue event : events) {
            Optional<ObjectValue> kept = shortened(event);
            if (kept.isEmpty()) {
                continue;
            }
            long size = batchBytes == Long.MAX_VALUE ? 0 : size(kept.get());
            if (!portion.isEmpty() && bytes + size > batchBytes) {
                portions.add(List.copyOf(portion));
                portion.clear();
                bytes = 0;
            }
            portion.add(kept.get());
            bytes += size;
        }
        if (!portion.isEmpty()) {
            portions.add(List.copyOf(portion));
        }
        return portions;
    }

    private static long size(ObjectValue event) {
        return Json.bytes(event).length;
    }
}
