package dev.jarbor.junit;

import dev.jarbor.embed.TimeMode;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class a Kubernetes cluster in their JVM. Test methods, and methods before and after them, may take as
 * parameters, in any order:
 *
 * <ul>
 *   <li>{@code Jarbor}: the cluster, its time and settings;
 *   <li>{@code dev.jarbor.client.Api}: Jarbor's own client;
 *   <li>{@code io.fabric8.kubernetes.client.KubernetesClient}: at home in the test's namespace;
 *   <li>{@code io.kubernetes.client.openapi.ApiClient}: the official client;
 *   <li>{@code @Namespace String}: the name of the test's namespace.
 * </ul>
 *
 * <p>Clients are the administrator's, and closed after the test. When a test fails, its failure says which seed the cluster
 * had, what its events were, and what was last in the namespaces of tests.
 *
 * <p>Works with JUnit 5.13 and newer and with JUnit 6, and with tests in parallel.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(JarborExtension.class)
public @interface JarborTest {
    /** Whether each test has a cluster of its own. */
    Lifetime lifetime() default Lifetime.TEST;

    /** How time passes: by itself whenever everybody is idle, when told to, or as on the wall. */
    TimeMode time() default TimeMode.AUTO;

    /** How many nodes there are, called {@code node-0} and so on. */
    int nodes() default 3;

    /** What chance follows from. */
    long seed() default 1;

    /**
     * Files of YAML on the class path, such as {@code /crds/shop.yaml}, that are applied before the first test, in this
     * order. Definitions of custom resources are served when the test begins.
     */
    String[] manifests() default {};

    /** What else the cluster has. */
    Class<? extends JarborSetup> setup() default JarborSetup.None.class;
}
