package dev.jarbor.cel.library;

import static dev.jarbor.cel.library.Types.BOOL;
import static dev.jarbor.cel.library.Types.STRING;

import dev.cel.common.types.CelType;
import dev.jarbor.api.names.Names;
import dev.jarbor.cel.library.Access.Account;
import dev.jarbor.cel.library.Access.Check;
import dev.jarbor.cel.library.Access.Decision;
import dev.jarbor.cel.library.Access.Principal;
import dev.jarbor.cel.library.Access.Question;
import dev.jarbor.cel.library.Access.Resource;
import dev.jarbor.cel.value.CelException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The functions of {@code authorizer} and what it answers. */
final class Authorization {
    private static final CelType AUTHORIZER = Types.opaque("kubernetes.authorization.Authorizer");
    private static final CelType PATH_CHECK = Types.opaque("kubernetes.authorization.PathCheck");
    private static final CelType GROUP_CHECK = Types.opaque("kubernetes.authorization.GroupCheck");
    private static final CelType RESOURCE_CHECK = Types.opaque("kubernetes.authorization.ResourceCheck");
    private static final CelType DECISION = Types.opaque("kubernetes.authorization.Decision");

    private Authorization() {}

    static List<Definition> definitions() {
        var all = new ArrayList<Definition>();
        all.add(Definition.of("path", (a, meter) -> path(principal(a), Arguments.text(a, 1)))
                .member("authorizer_path", PATH_CHECK, AUTHORIZER, STRING)
                .build());
        all.add(Definition.of("group", (a, meter) -> group(principal(a), Arguments.text(a, 1)))
                .member("authorizer_group", GROUP_CHECK, AUTHORIZER, STRING)
                .build());
        all.add(Definition.of(
                        "serviceAccount",
                        (a, meter) -> account(principal(a), Arguments.text(a, 1), Arguments.text(a, 2)))
                .member("authorizer_serviceaccount", AUTHORIZER, AUTHORIZER, STRING, STRING)
                .build());
        all.add(Definition.of("resource", (a, meter) -> resource(question(a), Arguments.text(a, 1)))
                .member("groupcheck_resource", RESOURCE_CHECK, GROUP_CHECK, STRING)
                .build());
        refine(all, "subresource", "resourcecheck_subresource", Resource::withSubresource);
        refine(all, "namespace", "resourcecheck_namespace", Resource::withNamespace);
        refine(all, "name", "resourcecheck_name", Resource::withName);
        refine(all, "fieldSelector", "authorizer_fieldselector", Resource::withFieldSelector);
        refine(all, "labelSelector", "authorizer_labelselector", Resource::withLabelSelector);
        all.add(Definition.of("check", (a, meter) -> decide(question(a), Arguments.text(a, 1)))
                .member("pathcheck_check", DECISION, PATH_CHECK, STRING)
                .member("resourcecheck_check", DECISION, RESOURCE_CHECK, STRING)
                .build());
        read(all, "allowed", BOOL, Decision::allowed);
        read(all, "reason", STRING, Decision::reason);
        read(all, "error", STRING, Decision::error);
        read(all, "errored", BOOL, decision -> !decision.error().isEmpty());
        return all;
    }

    private static void refine(
            List<Definition> all, String name, String id, BiFunction<Resource, String, Resource> change) {
        all.add(Definition.of(name, (a, meter) -> {
                    Question question = question(a);
                    Check check = question.check();
                    return new Question(
                            question.typeName(),
                            question.access(),
                            Check.of(check.account(), change.apply(check.resource(), Arguments.text(a, 1))));
                })
                .member(id, RESOURCE_CHECK, RESOURCE_CHECK, STRING)
                .build());
    }

    private static void read(List<Definition> all, String name, CelType type, Function<Decision, Object> part) {
        all.add(Definition.of(name, (a, meter) -> part.apply(Arguments.of(Decision.class, a, 0)))
                .member("decision_" + name, type, DECISION)
                .build());
    }

    private static Principal principal(Object[] a) {
        return Arguments.of(Principal.class, a, 0);
    }

    private static Question question(Object[] a) {
        return Arguments.of(Question.class, a, 0);
    }

    private static Question path(Principal principal, String path) {
        if (path.isBlank()) {
            throw new CelException("path must not be empty");
        }
        return new Question(PATH_CHECK.name(), principal.access(), Check.of(principal.account(), path));
    }

    private static Question group(Principal principal, String group) {
        var resource = new Resource(group, "", "", "", "", "", "");
        return new Question(GROUP_CHECK.name(), principal.access(), Check.of(principal.account(), resource));
    }

    private static Principal account(Principal principal, String namespace, String name) {
        if (!Names.dnsSubdomain(name).isEmpty()) {
            throw new CelException("Invalid service account name");
        }
        if (!Names.dnsLabel(namespace).isEmpty()) {
            throw new CelException("Invalid service account namespace");
        }
        return new Principal(principal.access(), new Account(namespace, name));
    }

    private static Question resource(Question question, String resource) {
        if (resource.isBlank()) {
            throw new CelException("resource must not be empty");
        }
        Check check = question.check();
        var named = new Resource(check.resource().group(), resource, "", "", "", "", "");
        return new Question(RESOURCE_CHECK.name(), question.access(), Check.of(check.account(), named));
    }

    private static Decision decide(Question question, String verb) {
        return question.access().decide(question.check().withVerb(verb));
    }
}
