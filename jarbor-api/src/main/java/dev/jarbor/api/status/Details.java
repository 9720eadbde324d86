package dev.jarbor.api.status;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;

/**
 * What a status is about (metav1.StatusDetails); what does not apply is "", empty or 0.
 *
 * @param name the object's name
 * @param group the API group of what was asked for
 * @param kind the resource's plural name, or, where an object was invalid, its kind
 * @param uid the object's uid
 * @param causes everything that was wrong
 * @param retryAfterSeconds how long to wait before asking again
 */
public record Details(String name, String group, String kind, String uid, List<Cause> causes, int retryAfterSeconds) {
    public static final Details NONE = new Details("", "", "", "", List.of(), 0);

    public Details {
        causes = List.copyOf(causes);
    }

    public static Details of(GroupResource resource, String name) {
        return new Details(name, resource.group(), resource.resource(), "", List.of(), 0);
    }

    public static Details of(GroupKind kind, String name) {
        return new Details(name, kind.group(), kind.kind(), "", List.of(), 0);
    }

    public Details withUid(String uid) {
        return new Details(name, group, kind, uid, causes, retryAfterSeconds);
    }

    public Details withCauses(List<Cause> causes) {
        return new Details(name, group, kind, uid, causes, retryAfterSeconds);
    }

    public Details withRetryAfterSeconds(int seconds) {
        return new Details(name, group, kind, uid, causes, seconds);
    }

    static Details read(ObjectValue value) {
        return new Details(
                value.string("name"),
                value.string("group"),
                value.string("kind"),
                value.string("uid"),
                value.list("causes").objects().stream().map(Cause::read).toList(),
                (int) value.integer("retryAfterSeconds"));
    }

    ObjectValue value() {
        var fields = ObjectValue.builder();
        ApiStatus.putFilled(fields, "name", name);
        ApiStatus.putFilled(fields, "group", group);
        ApiStatus.putFilled(fields, "kind", kind);
        ApiStatus.putFilled(fields, "uid", uid);
        if (!causes.isEmpty()) {
            fields.put("causes", ListValue.of(causes.stream().map(Cause::value).toList()));
        }
        if (retryAfterSeconds != 0) {
            fields.put("retryAfterSeconds", retryAfterSeconds);
        }
        return fields.build();
    }
}
