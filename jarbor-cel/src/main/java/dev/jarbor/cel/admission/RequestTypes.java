package dev.jarbor.cel.admission;

import dev.jarbor.cel.type.DeclaredType;
import java.util.Map;

/**
 * The types of the variables that an expression of admission has: {@code request} and {@code namespaceObject}. Objects and
 * params have no type before they are there.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#validation-expression">Validation
 *     expression</a>
 */
public final class RequestTypes {
    private static final DeclaredType TEXT = DeclaredType.STRING;
    private static final DeclaredType TEXTS = DeclaredType.list(TEXT);

    private static final DeclaredType KIND =
            DeclaredType.struct("kubernetes.GroupVersionKind", Map.of("group", TEXT, "version", TEXT, "kind", TEXT));

    private static final DeclaredType RESOURCE = DeclaredType.struct(
            "kubernetes.GroupVersionResource", Map.of("group", TEXT, "version", TEXT, "resource", TEXT));

    /** The type of a user, in {@code request} and wherever expressions speak of one. */
    public static final DeclaredType USER = DeclaredType.struct(
            "kubernetes.UserInfo",
            Map.of("username", TEXT, "uid", TEXT, "groups", TEXTS, "extra", DeclaredType.map(TEXTS)));

    /** {@code request}. */
    public static final DeclaredType REQUEST = DeclaredType.struct(
            "kubernetes.AdmissionRequest",
            Map.ofEntries(
                    Map.entry("kind", KIND),
                    Map.entry("resource", RESOURCE),
                    Map.entry("subResource", TEXT),
                    Map.entry("requestKind", KIND),
                    Map.entry("requestResource", RESOURCE),
                    Map.entry("requestSubResource", TEXT),
                    Map.entry("name", TEXT),
                    Map.entry("namespace", TEXT),
                    Map.entry("operation", TEXT),
                    Map.entry("userInfo", USER),
                    Map.entry("dryRun", DeclaredType.BOOL),
                    Map.entry("options", DeclaredType.DYN)));

    private static final DeclaredType CONDITION = DeclaredType.struct(
            "kubernetes.NamespaceCondition",
            Map.of(
                    "status",
                    TEXT,
                    "type",
                    TEXT,
                    "lastTransitionTime",
                    DeclaredType.TIMESTAMP,
                    "message",
                    TEXT,
                    "reason",
                    TEXT));

    private static final DeclaredType METADATA = DeclaredType.struct(
            "kubernetes.NamespaceMetadata",
            Map.ofEntries(
                    Map.entry("name", TEXT),
                    Map.entry("generateName", TEXT),
                    Map.entry("namespace", TEXT),
                    Map.entry("labels", DeclaredType.map(TEXT)),
                    Map.entry("annotations", DeclaredType.map(TEXT)),
                    Map.entry("UID", TEXT),
                    Map.entry("creationTimestamp", DeclaredType.TIMESTAMP),
                    Map.entry("deletionGracePeriodSeconds", DeclaredType.INT),
                    Map.entry("deletionTimestamp", DeclaredType.TIMESTAMP),
                    Map.entry("generation", DeclaredType.INT),
                    Map.entry("resourceVersion", TEXT),
                    Map.entry("finalizers", TEXTS)));

    /** {@code namespaceObject}. */
    public static final DeclaredType NAMESPACE = DeclaredType.struct(
            "kubernetes.Namespace",
            Map.of(
                    "metadata",
                    METADATA,
                    "spec",
                    DeclaredType.struct("kubernetes.NamespaceSpec", Map.of("finalizers", TEXTS)),
                    "status",
                    DeclaredType.struct(
                            "kubernetes.NamespaceStatus",
                            Map.of("conditions", DeclaredType.list(CONDITION), "phase", TEXT))));

    private RequestTypes() {}
}
