package dev.jarbor.server.admission;

import dev.jarbor.runtime.Runtime;
import java.util.List;

/** The admission steps that are always on. */
public final class BuiltInAdmission {
    private BuiltInAdmission() {}

    /** @param escalation refuses roles that give more than their writer has; it belongs to the authoriser */
    public static Admission chain(Runtime runtime, Admission escalation) {
        return new AdmissionChain(List.of(
                new NamespaceLifecycle(),
                new ServiceAccounts(runtime),
                new PodPriority(),
                new PodTolerations(),
                new DefaultStorageClass(),
                new SigningRequesters(),
                escalation));
    }
}
