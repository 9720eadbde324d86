package dev.jarbor.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs tests among the classes that this class itself was loaded with. */
public final class RunWithoutClients {
    private RunWithoutClients() {}

    /** How many passed. */
    public static long passed(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute()
                .testEvents()
                .succeeded()
                .count();
    }
}
