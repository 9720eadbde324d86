package dev.jarbor.junit;

import dev.jarbor.client.Api;
import dev.jarbor.embed.Checkpoint;
import dev.jarbor.embed.Jarbor;
import dev.jarbor.embed.JarborSettings;
import dev.jarbor.embed.TimeMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The extension behind {@link JarborTest}, and to be registered by hand where settings are made in code:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final JarborExtension cluster = JarborExtension.builder()
 *         .settings(JarborSettings.DEFAULT.withNodes(5).withTime(TimeMode.MANUAL))
 *         .manifests("/crds/shop.yaml")
 *         .lifetime(Lifetime.CLASS)
 *         .build();
 * }</pre>
 *
 * <p>Clusters and clients are closed when the test, or the class, is over.
 */
public final class JarborExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final String CLUSTER = "cluster";
    private static final String CHECKPOINT = "checkpoint";
    private static final String WORLD = "world";

    private final Optional<ClusterPlan> given;
    private final ExtensionContext.Namespace own = ExtensionContext.Namespace.create(JarborExtension.class, this);
    private volatile @Nullable Jarbor present;

    /** For {@link JarborTest}, whose attributes then count. */
    public JarborExtension() {
        this.given = Optional.empty();
    }

    private JarborExtension(ClusterPlan plan) {
        this.given = Optional.of(plan);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Says which cluster tests are to have. */
    public static final class Builder {
        private Lifetime lifetime = Lifetime.TEST;
        private JarborSettings settings = JarborSettings.DEFAULT.withTime(TimeMode.AUTO);
        private final List<String> manifests = new ArrayList<>();
        private Consumer<Jarbor> preparation = cluster -> {};

        private Builder() {}

        /** {@link Lifetime#CLASS} and {@link Lifetime#FORK} need a static field for the extension. */
        public Builder lifetime(Lifetime other) {
            lifetime = other;
            return this;
        }

        /** Instead of the default settings with {@link TimeMode#AUTO}. */
        public Builder settings(JarborSettings other) {
            settings = other;
            return this;
        }

        /** Files of YAML on the class path that are applied before the first test. */
        public Builder manifests(String... names) {
            manifests.addAll(List.of(names));
            return this;
        }

        /** Makes what is to be there before the first test. */
        public Builder prepare(Consumer<Jarbor> other) {
            preparation = preparation.andThen(other);
            return this;
        }

        public JarborExtension build() {
            Consumer<Jarbor> all = preparation;
            return new JarborExtension(new ClusterPlan(lifetime, settings, manifests, new JarborSetup() {
                @Override
                public void prepare(Jarbor cluster) {
                    all.accept(cluster);
                }
            }));
        }
    }

    /** A cluster, and how many tests it has had. */
    private record Shared(Jarbor cluster, AtomicInteger worlds) implements AutoCloseable {
        @Override
        public void close() {
            cluster.close();
        }
    }

    /**
     * The cluster of the test that runs. Where tests run in parallel, each with a cluster of its own, take it as a parameter
     * instead.
     *
     * @throws IllegalStateException before the first test
     */
    public Jarbor cluster() {
        Jarbor found = present;
        if (found == null) {
            throw new IllegalStateException("no test has begun, so that there is no cluster yet");
        }
        return found;
    }

    private ClusterPlan plan(ExtensionContext context) {
        return given.orElseGet(() -> ClusterPlan.of(annotation(context)));
    }

    private static JarborTest annotation(ExtensionContext context) {
        for (Class<?> type = context.getRequiredTestClass(); type != null; type = type.getEnclosingClass()) {
            Optional<JarborTest> found = AnnotationSupport.findAnnotation(type, JarborTest.class);
            if (found.isPresent()) {
                return found.get();
            }
        }
        return Defaults.class.getAnnotation(JarborTest.class);
    }

    /** For who writes {@code @ExtendWith(JarborExtension.class)} alone. */
    @JarborTest
    private static final class Defaults {}

    @Override
    public void beforeAll(ExtensionContext context) {
        ClusterPlan plan = plan(context);
        if (plan.lifetime() == Lifetime.CLASS && shared(context).isEmpty()) {
            put(context, plan.start(context.getRequiredTestClass()));
            world(context);
        } else if (plan.lifetime() == Lifetime.FORK && checkpoint(context).isEmpty()) {
            try (Jarbor prepared = plan.start(context.getRequiredTestClass())) {
                context.getStore(own).put(CHECKPOINT, prepared.checkpoint());
            }
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        ClusterPlan plan = plan(context);
        switch (plan.lifetime()) {
            case TEST -> put(context, plan.start(context.getRequiredTestClass()));
            case CLASS -> {
                if (shared(context).isEmpty()) {
                    throw notStatic();
                }
            }
            case FORK -> put(context, Jarbor.from(checkpoint(context).orElseThrow(JarborExtension::notStatic)));
        }
        world(context);
    }

    private static IllegalStateException notStatic() {
        return new IllegalStateException(
                "an extension that is not static has a cluster for each test, not one for the class");
    }

    private void put(ExtensionContext context, Jarbor cluster) {
        context.getStore(own).put(CLUSTER, new Shared(cluster, new AtomicInteger()));
        present = cluster;
    }

    private void world(ExtensionContext context) {
        Shared shared = shared(context).orElseThrow();
        String name = context.getTestMethod().map(method -> method.getName()).orElse("class");
        context.getStore(own).put(WORLD, new TestWorld(shared.cluster(), name, shared.worlds()));
    }

    private Optional<Checkpoint> checkpoint(ExtensionContext context) {
        return Optional.ofNullable(context.getStore(own).get(CHECKPOINT, Checkpoint.class));
    }

    private Optional<Shared> shared(ExtensionContext context) {
        return Optional.ofNullable(context.getStore(own).get(CLUSTER, Shared.class));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        context.getExecutionException()
                .ifPresent(failure -> shared(context)
                        .ifPresent(shared -> failure.addSuppressed(new ClusterReport(report(shared.cluster())))));
    }

    private static String report(Jarbor cluster) {
        try {
            return FailureReport.of(cluster);
        } catch (RuntimeException untold) { // the test's own failure matters more
            return "the cluster tells nothing: " + untold;
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Jarbor.class
                || type == Api.class
                || (type == String.class && parameter.isAnnotated(Namespace.class))
                || TestClients.has(type);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        TestWorld world = context.getStore(own).get(WORLD, TestWorld.class);
        if (world == null) {
            throw new ParameterResolutionException("there is no cluster yet when the class is made: take "
                    + type.getSimpleName() + " as a parameter of the test, or of a method before each test, or let the "
                    + "cluster live as long as the class");
        }
        if (type == Jarbor.class) {
            return world.cluster();
        }
        if (type == Api.class) {
            return world.cluster().api();
        }
        return type == String.class ? world.namespace() : world.client(type);
    }
}
