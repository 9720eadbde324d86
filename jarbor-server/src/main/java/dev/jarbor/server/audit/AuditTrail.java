package dev.jarbor.server.audit;

import dev.jarbor.api.Fields;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.AuditAnnotations;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.auth.UserInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What is recorded of one request on its way: it gathers, and tells the sinks at each stage. Used by the request's own task.
 *
 * @see <a href="https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/">audit.k8s.io/v1 Event</a>
 */
public final class AuditTrail {
    /** Records nothing. */
    public static final AuditTrail NONE = new AuditTrail(List.of());

    private static final String RECEIVED = "RequestReceived";
    private static final String STARTED = "ResponseStarted";
    private static final String COMPLETE = "ResponseComplete";
    private static final String PANIC = "Panic";

    private final List<AuditSink> sinks;
    private AuditAnnotations annotations = new AuditAnnotations();
    private AuditLevel level = AuditLevel.NONE;
    private List<String> omitted = List.of();
    private boolean withoutManagedFields;
    private boolean lasting;
    private boolean hasStarted;
    private ObjectValue event = ObjectValue.EMPTY;
    private Supplier<Instant> now = () -> Instant.EPOCH;

    /**
     * How a request came.
     *
     * @param id given by the client, or made for it
     * @param uri path and query
     * @param addresses the client's, and those of proxies on the way
     * @param lasting whether it takes as long as its client likes: watches, logs, connections
     */
    public record Arrival(String id, String uri, List<String> addresses, String userAgent, boolean lasting) {
        public Arrival {
            addresses = List.copyOf(addresses);
        }
    }

    private AuditTrail(List<AuditSink> sinks) {
        this.sinks = sinks;
    }

    static AuditTrail begin(AuditRule rule, Attributes asked, Arrival arrival, List<AuditSink> sinks, Runtime runtime) {
        var trail = new AuditTrail(sinks);
        trail.level = rule.level();
        trail.omitted = rule.omitStages();
        trail.withoutManagedFields = rule.omitManagedFields();
        trail.lasting = arrival.lasting();
        trail.annotations = new AuditAnnotations(rule.level().includes(AuditLevel.REQUEST));
        trail.now = runtime::now;
        ObjectValue event = ObjectValue.EMPTY
                .with("kind", "Event")
                .with("apiVersion", "audit.k8s.io/v1")
                .with("level", rule.level().word())
                .with("auditID", arrival.id())
                .with("stage", RECEIVED)
                .with("requestURI", arrival.uri())
                .with("verb", asked.verb())
                .with("user", asked.user().name().isEmpty() ? ObjectValue.EMPTY : UserInfo.of(asked.user()))
                .with("sourceIPs", ListValue.ofStrings(arrival.addresses()));
        if (!arrival.userAgent().isEmpty()) {
            event = event.with("userAgent", arrival.userAgent());
        }
        if (asked.isResourceRequest()) {
            event = event.with("objectRef", reference(asked));
        }
        trail.event = event.with("requestReceivedTimestamp", Fields.ofMicroInstant(runtime.now()));
        return trail;
    }

    /** The request is in, and will be answered. */
    public void received() {
        tell(RECEIVED);
    }

    private static ObjectValue reference(Attributes asked) {
        ObjectValue reference = ObjectValue.EMPTY.with("resource", asked.resource());
        for (List<String> field : List.of(
                List.of("namespace", asked.namespace()),
                List.of("name", asked.name()),
                List.of("apiGroup", asked.group()),
                List.of("apiVersion", asked.version()),
                List.of("subresource", asked.subresource()))) {
            if (!field.get(1).isEmpty()) {
                reference = reference.with(field.get(0), field.get(1));
            }
        }
        return reference;
    }

    /** Where authorisation and admission leave what they have to say. */
    public AuditAnnotations annotations() {
        // What nobody reads is not shared between requests either.
        return level == AuditLevel.NONE ? AuditAnnotations.UNREAD : annotations;
    }

    /** Whom the user acts as. */
    public void impersonating(User other) {
        if (level != AuditLevel.NONE) {
            event = event.with("impersonatedUser", UserInfo.of(other));
        }
    }

    /** The object that the client sent; it completes what the path says of whom the request is for. */
    public void request(Value object) {
        if (level == AuditLevel.NONE || !(object instanceof ObjectValue fields) || fields.isEmpty()) {
            return;
        }
        ObjectValue metadata = fields.object("metadata");
        for (String known : List.of("namespace", "name", "uid", "resourceVersion")) {
            String said = metadata.string(known);
            if (!said.isEmpty() && event.has("objectRef")) {
                event = event.update(
                        "objectRef", reference -> reference.has(known) ? reference : reference.with(known, said));
            }
        }
        if (level.includes(AuditLevel.REQUEST)) {
            event = event.with("requestObject", recorded(fields));
        }
    }

    /** The object that it is answered. */
    public void response(ObjectValue object) {
        if (level != AuditLevel.NONE && object.string("kind").equals("Status")) {
            event = event.with("responseStatus", object.without("kind").without("apiVersion"));
        }
        if (level.includes(AuditLevel.REQUEST_RESPONSE) && !object.isEmpty()) {
            event = event.with("responseObject", recorded(object));
        }
    }

    private ObjectValue recorded(ObjectValue object) {
        if (!withoutManagedFields) {
            return object;
        }
        if (object.has("items")) {
            List<Value> items = new ArrayList<>();
            object.list("items").objects().forEach(item -> items.add(lean(item)));
            return object.with("items", ListValue.of(items));
        }
        return lean(object);
    }

    private static ObjectValue lean(ObjectValue object) {
        return object.has("metadata")
                ? object.update("metadata", metadata -> metadata.without("managedFields"))
                : object;
    }

    /** Why it is refused. */
    public void failed(ApiStatus status) {
        response(status.value());
    }

    /** The head of an answer is out whose body may take its time. */
    public void started(int code) {
        if (level != AuditLevel.NONE && lasting && !hasStarted) {
            hasStarted = true;
            answered(code);
            tell(STARTED);
        }
    }

    /** The answer is out. */
    public void complete(int code) {
        if (level != AuditLevel.NONE) {
            started(code);
            answered(code);
            tell(COMPLETE);
        }
    }

    /** Answering it has gone wrong in a way that nobody has thought of. */
    public void panicked(Throwable fault) {
        if (level != AuditLevel.NONE) {
            event = event.with(
                    "responseStatus",
                    ObjectValue.EMPTY
                            .with("metadata", ObjectValue.EMPTY)
                            .with("status", "Failure")
                            .with("message", "APIServer panic'd: " + fault)
                            .with("reason", "InternalError")
                            .with("code", 500));
            tell(PANIC);
        }
    }

    /** Nobody knows who asks: {@code message} says what they tried. Nothing more is recorded of the request. */
    public void unauthenticated(String message) {
        if (level != AuditLevel.NONE) {
            event = event.with(
                    "responseStatus",
                    ObjectValue.EMPTY
                            .with("metadata", ObjectValue.EMPTY)
                            .with("message", message)
                            .with("code", 401));
            tell(STARTED);
        }
    }

    private void answered(int code) {
        event = event.has("responseStatus")
                ? event.update("responseStatus", status -> status.with("code", code))
                : event.with(
                        "responseStatus",
                        ObjectValue.EMPTY.with("metadata", ObjectValue.EMPTY).with("code", code));
    }

    private void tell(String stage) {
        if (level == AuditLevel.NONE || omitted.contains(stage)) {
            return;
        }
        ObjectValue told = event.with("stage", stage).with("stageTimestamp", Fields.ofMicroInstant(now.get()));
        if (!annotations.entries().isEmpty()) {
            told = told.with("annotations", ObjectValue.ofStrings(annotations.entries()));
        }
        for (AuditSink sink : sinks) {
            sink.record(told);
        }
    }
}
