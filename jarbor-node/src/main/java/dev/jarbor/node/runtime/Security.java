package dev.jarbor.node.runtime;

import java.util.List;
import java.util.OptionalLong;

/**
 * The privileges of a sandbox or container.
 *
 * @param user the numeric user; -1 for the image's own
 * @param group the numeric primary group; -1 for the image's own
 */
public record Security(
        long user,
        long group,
        List<Long> supplementalGroups,
        boolean privileged,
        boolean readOnlyRoot,
        boolean noNewPrivileges,
        List<String> addCapabilities,
        List<String> dropCapabilities,
        Seccomp seccomp,
        boolean unmaskedProc) {
    public static final Security DEFAULT =
            new Security(-1, -1, List.of(), false, false, false, List.of(), List.of(), Seccomp.UNCONFINED, false);

    public OptionalLong userIfSet() {
        return user < 0 ? OptionalLong.empty() : OptionalLong.of(user);
    }

    public OptionalLong groupIfSet() {
        return group < 0 ? OptionalLong.empty() : OptionalLong.of(group);
    }

    /** A system call filter; {@code localProfile} is a path for {@link Mode#LOCALHOST}. */
    public record Seccomp(Mode mode, String localProfile) {
        public static final Seccomp UNCONFINED = new Seccomp(Mode.UNCONFINED, "");
        public static final Seccomp RUNTIME_DEFAULT = new Seccomp(Mode.RUNTIME_DEFAULT, "");
    }

    /** Kubernetes' seccomp profile types. */
    public enum Mode {
        RUNTIME_DEFAULT,
        UNCONFINED,
        LOCALHOST
    }
}
