package dev.jarbor.testing;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Runs a test only where its {@link Prerequisite}s are met, and says by name what did not run. */
final class NeedsCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        NotRun notRun = notRun(context.getRoot().getStore(Namespace.create(NeedsCondition.class)));
        for (Prerequisite prerequisite : Prerequisite.values()) {
            if (prerequisite.askedBy(context.getElement())) {
                Optional<String> missing = prerequisite.missing();
                if (missing.isPresent()) {
                    return refuse(context, prerequisite, missing.get(), notRun);
                }
            }
        }
        return ConditionEvaluationResult.enabled("everything needed is here");
    }

    /** One for all tests of a module, whichever version of JUnit they use: the newer one has another word for that. */
    private static synchronized NotRun notRun(ExtensionContext.Store store) {
        NotRun known = store.get(NotRun.class, NotRun.class);
        if (known != null) {
            return known;
        }
        var begun = new NotRun();
        store.put(NotRun.class, begun);
        return begun;
    }

    private static ConditionEvaluationResult refuse(
            ExtensionContext context, Prerequisite prerequisite, String missing, NotRun notRun) {
        if ("1".equals(System.getenv(prerequisite.requiredBy()))) {
            throw new IllegalStateException(missing + ", and " + prerequisite.requiredBy() + "=1 asks for it");
        }
        names(context).forEach(name -> notRun.report(name, missing));
        return ConditionEvaluationResult.disabled(missing);
    }

    /** The tests that a refusal of this context keeps from running: itself, or all tests of a class. */
    private static List<String> names(ExtensionContext context) {
        Optional<Method> method = context.getTestMethod();
        if (method.isPresent()) {
            return List.of(name(context.getRequiredTestClass(), method.get()));
        }
        return names(context.getRequiredTestClass());
    }

    static List<String> names(Class<?> tests) {
        var names = new ArrayList<String>();
        AnnotationSupport.findAnnotatedMethods(tests, Testable.class, HierarchyTraversalMode.TOP_DOWN).stream()
                .map(method -> name(tests, method))
                .sorted(Comparator.naturalOrder())
                .forEach(names::add);
        ReflectionSupport.findNestedClasses(tests, nested -> true).forEach(nested -> names.addAll(names(nested)));
        return names;
    }

    private static String name(Class<?> tests, Method method) {
        return tests.getName() + "." + method.getName();
    }
}
