package dev.jarbor.server.rbac;

import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.User;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides by the roles and bindings in the store.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/">Using RBAC Authorization</a>
 */
public final class RbacAuthorizer implements Authorizer {
    private final Store store;
    private volatile RbacIndex index;

    public RbacAuthorizer(Store store) {
        this.store = store;
        // Administrators, as most of a cluster's own programs are, never come here: it is made when it is needed.
        this.index = RbacIndex.of(Snapshot.EMPTY);
    }

    @Override
    public Decision decide(Attributes asked) {
        // Looked for in one pass without streams: this runs for every request.
        var found = new ArrayList<String>(1);
        var missing = new ArrayList<String>();
        current().grantsOf(asked.user(), asked.namespace(), grant -> {
            if (found.isEmpty() && allows(grant, asked)) {
                found.add("RBAC: allowed by " + grant.binding());
            }
            if (!grant.missing().isEmpty() && !missing.contains(grant.missing())) {
                missing.add(grant.missing());
            }
        });
        if (!found.isEmpty()) {
            return Decision.allow(found.getFirst());
        }
        return missing.isEmpty() ? Decision.NO_OPINION : Decision.noOpinion("RBAC: " + aggregate(missing));
    }

    private static String aggregate(List<String> errors) {
        return errors.size() == 1 ? errors.getFirst() : "[" + String.join(", ", errors) + "]";
    }

    private static boolean allows(RbacIndex.Grant grant, Attributes asked) {
        // A role in a namespace says nothing about paths that are no resources.
        if (!asked.path().isEmpty() && !grant.namespace().isEmpty()) {
            return false;
        }
        for (Rule rule : grant.rules()) {
            if (rule.allows(asked)) {
                return true;
            }
        }
        return false;
    }

    /** All rules that {@code user} holds in {@code namespace}. */
    List<Rule> rulesOf(User user, String namespace) {
        var rules = new ArrayList<Rule>();
        current().grantsOf(user, namespace, grant -> rules.addAll(grant.rules()));
        return rules;
    }

    @Override
    public Permissions permissions(User user, String namespace) {
        var missing = new ArrayList<String>();
        var grants = new ArrayList<Grant>();
        current().grantsOf(user, namespace, grant -> {
            if (!grant.missing().isEmpty() && !missing.contains(grant.missing())) {
                missing.add(grant.missing());
            }
            for (Rule rule : grant.rules()) {
                if (!rule.resources().isEmpty()) {
                    grants.add(new Grant(rule.verbs(), rule.groups(), rule.resources(), rule.names(), List.of()));
                }
                if (!rule.urls().isEmpty()) {
                    grants.add(new Grant(rule.verbs(), List.of(), List.of(), List.of(), rule.urls()));
                }
            }
        });
        return new Permissions(grants, false, missing.isEmpty() ? "" : aggregate(missing));
    }

    /** The pieces of {@code wanted} that {@code user} does not hold in {@code namespace}, as the reference prints them. */
    Optional<String> missing(User user, String namespace, List<Rule> wanted) {
        List<Rule> held = rulesOf(user, namespace);
        List<Rule> missing = wanted.stream()
                .flatMap(rule -> rule.pieces().stream())
                .filter(piece -> held.stream().noneMatch(own -> own.covers(piece)))
                .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(Rule.compact(missing).stream()
                        .map(Rule::toString)
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining("\n")));
    }

    private RbacIndex current() {
        RbacIndex known = index;
        Snapshot now = store.snapshot();
        if (known.isOf(now)) {
            return known;
        }
        RbacIndex fresh = RbacIndex.of(now);
        index = fresh;
        return fresh;
    }
}
