package dev.jarbor.server.rbac;

import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.User;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides by the roles and bindings in the store. Members of {@code system:masters} may do everything, before any rule is
 * looked at. Nodes are allowed by their group's binding to {@code system:node}, broader than the reference's node
 * authorizer: a node may read what any pod uses, not only its own.
 */
public final class RbacAuthorizer implements Authorizer {
    private final Store store;
    private volatile RbacIndex index;

    public RbacAuthorizer(Store store) {
        this.store = store;
        this.index = RbacIndex.of(store.snapshot());
    }

    @Override
    public Decision decide(Attributes asked) {
        if (asked.user().groups().contains(User.MASTERS)) {
            return new Decision(true, "");
        }
        // Looked for in one pass without streams: this runs for every request.
        var found = new ArrayList<String>(1);
        current().grantsOf(asked.user(), asked.namespace(), grant -> {
            if (found.isEmpty() && allows(grant, asked)) {
                found.add("RBAC: allowed by " + grant.binding());
            }
        });
        return found.isEmpty() ? new Decision(false, "") : new Decision(true, found.getFirst());
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
    public List<Rule> rulesOf(User user, String namespace) {
        var rules = new ArrayList<Rule>();
        if (user.groups().contains(User.MASTERS)) {
            List<String> all = List.of("*");
            rules.add(new Rule(all, all, all, List.of(), List.of()));
            rules.add(new Rule(all, List.of(), List.of(), List.of(), all));
        }
        current().grantsOf(user, namespace, grant -> rules.addAll(grant.rules()));
        return rules;
    }

    /** The pieces of {@code wanted} that {@code user} does not hold in {@code namespace}. */
    Optional<String> missing(User user, String namespace, List<Rule> wanted) {
        List<Rule> held = rulesOf(user, namespace);
        var missing = new ArrayList<String>();
        for (Rule rule : wanted) {
            boolean covered =
                    rule.pieces().stream().allMatch(piece -> held.stream().anyMatch(own -> own.covers(piece)));
            if (!covered) {
                missing.add(rule.toString());
            }
        }
        return missing.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", missing));
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
