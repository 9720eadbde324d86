package dev.jarbor.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** A program that runs tests with JUnit's own launcher. */
public final class IsolatedRun {
    private IsolatedRun() {}

    /** Ends with 0 if the tests of the class that {@code arguments} name pass, and there are any. */
    public static void main(String[] arguments) throws ClassNotFoundException {
        var listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .filters(EngineFilter.includeEngines("junit-jupiter"))
                                .selectors(selectClass(Class.forName(arguments[0])))
                                .configurationParameter("junit.jupiter.conditions.deactivate", "*")
                                .build(),
                        listener);
        var summary = listener.getSummary();
        var output = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        summary.printTo(output);
        summary.printFailuresTo(output);
        boolean passed = summary.getTestsSucceededCount() > 0 && summary.getTotalFailureCount() == 0;
        System.exit(passed ? 0 : 1);
    }
}
