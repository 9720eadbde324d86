package dev.jarbor.server.auth;

import java.util.List;

/** Decides whether a user may do something. */
public interface Authorizer {
    Decision decide(Attributes attributes);

    /** What {@code user} may do in {@code namespace}, as far as this authorizer can list it. */
    default Permissions permissions(User user, String namespace) {
        return Permissions.NONE;
    }

    /** How a decision ends. */
    enum Verdict {
        ALLOWED,
        /** Nobody after this one is asked. */
        DENIED,
        NO_OPINION
    }

    /**
     * @param reason why, for people: the rule that allowed it, or "" when no rule did
     * @param error what went wrong while deciding; "" for nothing
     */
    record Decision(Verdict verdict, String reason, String error) {
        public static final Decision NO_OPINION = noOpinion("");

        public static Decision allow(String reason) {
            return new Decision(Verdict.ALLOWED, reason, "");
        }

        public static Decision deny(String reason) {
            return new Decision(Verdict.DENIED, reason, "");
        }

        public static Decision noOpinion(String reason) {
            return new Decision(Verdict.NO_OPINION, reason, "");
        }

        public boolean allowed() {
            return verdict == Verdict.ALLOWED;
        }
    }

    /**
     * @param incomplete whether there may be more than is listed
     * @param error why; "" where nothing went wrong
     */
    record Permissions(List<Grant> grants, boolean incomplete, String error) {
        public static final Permissions NONE = new Permissions(List.of(), false, "");

        public Permissions {
            grants = List.copyOf(grants);
        }

        /** The list of one who cannot list everything. */
        public static Permissions unlisted(String error) {
            return new Permissions(List.of(), true, error);
        }
    }

    /** Verbs on resources, or on paths that are no resources: one of the two is empty. */
    record Grant(
            List<String> verbs, List<String> groups, List<String> resources, List<String> names, List<String> paths) {}
}
