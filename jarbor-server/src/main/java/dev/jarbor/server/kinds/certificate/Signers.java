package dev.jarbor.server.kinds.certificate;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import java.util.ArrayList;
import java.util.List;

/** How those who sign certificates are called. */
public final class Signers {
    private static final int LONGEST = 571;

    private Signers() {}

    /** A domain and a path below it. */
    public static List<FieldError> check(String name, FieldPath path) {
        if (name.isEmpty()) {
            return List.of(FieldError.required(path, ""));
        }
        String[] parts = name.split("/", -1);
        if (parts.length != 2) {
            return List.of(FieldError.invalid(
                    path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'"));
        }
        var errors = new ArrayList<FieldError>();
        String[] labels = parts[0].split("\\.", -1);
        for (String label : labels) {
            for (String problem : Names.dnsLabel(label)) {
                errors.add(FieldError.invalid(path, parts[0], "validating label \"" + label + "\": " + problem));
            }
        }
        if (labels.length < 2) {
            errors.add(FieldError.invalid(
                    path, parts[0], "should be a domain with at least two segments separated by dots"));
        }
        for (String label : parts[1].split("\\.", -1)) {
            for (String problem : Names.dnsSubdomain(label)) {
                errors.add(FieldError.invalid(path, parts[1], "validating label \"" + label + "\": " + problem));
            }
        }
        if (name.length() > LONGEST) {
            errors.add(FieldError.tooLong(path, LONGEST));
        }
        return errors;
    }

    /** Whether Kubernetes' own. */
    static boolean isKubernetes(String name) {
        int slash = name.indexOf('/');
        String domain = slash < 0 ? name : name.substring(0, slash);
        return domain.equals("kubernetes.io") || domain.endsWith(".kubernetes.io");
    }
}
