package dev.jarbor.server.auth;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Users as reviews and audit events write them (authentication.k8s.io/v1 UserInfo). */
public final class UserInfo {
    private UserInfo() {}

    public static ObjectValue of(User user) {
        ObjectValue info = ObjectValue.EMPTY.with("username", user.name());
        if (!user.groups().isEmpty()) {
            info = info.with("groups", ListValue.ofStrings(user.groups()));
        }
        if (!user.uid().isEmpty()) {
            info = info.with("uid", user.uid());
        }
        var extra = ObjectValue.builder();
        for (Map.Entry<String, List<String>> entry : user.extra().entrySet()) {
            extra.put(entry.getKey(), ListValue.ofStrings(entry.getValue()));
        }
        return user.extra().isEmpty() ? info : info.with("extra", extra.build());
    }

    /** The user whom the spec of a SubjectAccessReview names. */
    public static User ofReview(ObjectValue spec) {
        return read(spec, "user");
    }

    /** The user whom the status of a TokenReview names. */
    public static User ofInfo(ObjectValue info) {
        return read(info, "username");
    }

    private static User read(ObjectValue info, String name) {
        var extra = new TreeMap<String, List<String>>();
        ObjectValue said = info.object("extra");
        for (int i = 0; i < said.size(); i++) {
            extra.put(said.name(i), said.list(said.name(i)).strings());
        }
        return new User(
                info.string(name), info.string("uid"), info.list("groups").strings(), extra);
    }
}
