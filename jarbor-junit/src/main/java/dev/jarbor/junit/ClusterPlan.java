package dev.jarbor.junit;

import dev.jarbor.embed.Jarbor;
import dev.jarbor.embed.JarborSettings;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** Which cluster tests are to have. */
record ClusterPlan(Lifetime lifetime, JarborSettings settings, List<String> manifests, JarborSetup setup) {
    ClusterPlan {
        manifests = List.copyOf(manifests);
    }

    static ClusterPlan of(JarborTest asked) {
        JarborSettings settings = JarborSettings.DEFAULT
                .withTime(asked.time())
                .withNodes(asked.nodes())
                .withSeed(asked.seed());
        return new ClusterPlan(asked.lifetime(), settings, List.of(asked.manifests()), made(asked.setup()));
    }

    private static JarborSetup made(Class<? extends JarborSetup> type) {
        try {
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException unmade) {
            throw new ExtensionConfigurationException(
                    type.getName() + " needs a constructor without parameters to be the setup of a cluster", unmade);
        }
    }

    /**
     * Starts a cluster and makes what is to be in it.
     *
     * @param tests whose class path has the manifests
     */
    Jarbor start(Class<?> tests) {
        Jarbor cluster = Jarbor.start(setup.settings(settings));
        try {
            var objects = new ClusterObjects(cluster);
            for (String manifest : manifests) {
                objects.apply(ClassPath.text(tests, manifest));
            }
            setup.prepare(cluster);
            return cluster;
        } catch (RuntimeException failure) {
            cluster.close();
            throw failure;
        }
    }
}
