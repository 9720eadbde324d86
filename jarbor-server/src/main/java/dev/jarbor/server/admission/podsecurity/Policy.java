package dev.jarbor.server.admission.podsecurity;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a namespace holds its pods to.
 *
 * @param enforce what pods must keep, or they are refused
 * @param audit what is written into the audit log when not kept
 * @param warn what the client is told when not kept
 * @see <a href="https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces">Pod
 *     Security Admission labels for namespaces</a>
 */
public record Policy(Standard enforce, Standard audit, Standard warn) {
    static final Policy PRIVILEGED = new Policy(Standard.NONE, Standard.NONE, Standard.NONE);
    static final String PREFIX = "pod-security.kubernetes.io/";

    private static final String LEVELS = "must be one of privileged, baseline, restricted";
    private static final String VERSIONS = "must be \"latest\" or \"v1.x\"";

    /** A policy, and what was wrong with the labels that it was read from; then the wrong ones are read strictly. */
    record Read(Policy policy, List<FieldError> errors) {
        Read {
            errors = List.copyOf(errors);
        }
    }

    /** What {@code labels} of a namespace say; what they leave open is as in {@code usual}. */
    static Read of(ObjectValue labels, Policy usual) {
        var errors = new ArrayList<FieldError>();
        Optional<Level> enforced = Level.parse(labels.string(PREFIX + "enforce"));
        Standard enforce = read(labels, "enforce", usual.enforce(), Level.RESTRICTED, errors);
        Standard audit = read(labels, "audit", usual.audit(), Level.PRIVILEGED, errors);
        Standard warn = read(labels, "warn", usual.warn(), Level.PRIVILEGED, errors);
        boolean stricter = enforced.isPresent() && enforce.level().compareTo(warn.level()) > 0;
        if (stricter && !labels.has(PREFIX + "warn")) {
            // Who enforces more than is warned of means to warn of it too: of workloads, whose pods would be refused.
            warn = warn.with(enforce.level());
            warn = labels.has(PREFIX + "warn-version") ? warn : warn.with(enforce.version());
        }
        return new Read(new Policy(enforce, audit, warn), errors);
    }

    private static Standard read(
            ObjectValue labels, String mode, Standard usual, Level otherwise, List<FieldError> errors) {
        Standard standard = usual;
        String level = PREFIX + mode;
        if (labels.has(level)) {
            Optional<Level> parsed = Level.parse(labels.string(level));
            if (parsed.isEmpty()) {
                errors.add(FieldError.invalid(
                        FieldPath.of("metadata", "labels").key(level), labels.string(level), LEVELS));
            }
            standard = standard.with(parsed.orElse(otherwise));
        }
        String version = PREFIX + mode + "-version";
        if (labels.has(version)) {
            Optional<Version> parsed = Version.parse(labels.string(version));
            if (parsed.isEmpty()) {
                errors.add(FieldError.invalid(
                        FieldPath.of("metadata", "labels").key(version), labels.string(version), VERSIONS));
            }
            standard = standard.with(parsed.orElse(Version.LATEST));
        }
        return standard;
    }

    boolean isPrivileged() {
        return enforce.isPrivileged() && audit.isPrivileged() && warn.isPrivileged();
    }
}
