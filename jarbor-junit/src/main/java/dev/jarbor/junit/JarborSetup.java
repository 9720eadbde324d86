package dev.jarbor.junit;

import dev.jarbor.embed.Jarbor;
import dev.jarbor.embed.JarborSettings;

/** What the clusters of tests have that the attributes of {@link JarborTest} do not say. Needs a constructor without parameters. */
public interface JarborSetup {
    /** Settings of the cluster, built up from {@code given}, which are those of the annotation. */
    default JarborSettings settings(JarborSettings given) {
        return given;
    }

    /** Makes what is to be there before the first test, in a cluster that is ready. */
    default void prepare(Jarbor cluster) {}

    /** Nothing but what the annotation says. */
    final class None implements JarborSetup {}
}
