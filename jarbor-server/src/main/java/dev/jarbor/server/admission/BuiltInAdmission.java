package dev.jarbor.server.admission;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.rbac.EscalationCheck;
import dev.jarbor.server.rbac.RbacAuthorizer;
import java.util.List;

/** The admission steps that are always on. */
public final class BuiltInAdmission {
    private BuiltInAdmission() {}

    public static Admission chain(Runtime runtime, RbacAuthorizer authorizer) {
        return new AdmissionChain(List.of(
                new NamespaceLifecycle(),
                new ServiceAccounts(runtime),
                new PodPriority(),
                new PodTolerations(),
                new DefaultStorageClass(),
                new SigningRequesters(),
                new EscalationCheck(authorizer)));
    }
}
