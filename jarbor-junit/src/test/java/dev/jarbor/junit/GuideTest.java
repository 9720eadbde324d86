package dev.jarbor.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineTestKit;

/** What the guide tells its readers to write works as it stands there. */
class GuideTest {
    private static final Pattern FIRST = Pattern.compile("```java\n(import [^`]*class FirstTest [^`]*)```");

    private static Path guide() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("mvnw"))) {
                return folder.resolve("docs/testing.md");
            }
        }
        throw new IllegalStateException("run the tests in a clone of the project");
    }

    @Test
    void theFirstTestOfTheGuidePasses(@TempDir Path folder) throws IOException, ClassNotFoundException {
        var snippet = FIRST.matcher(Files.readString(guide()));
        assertThat(snippet.find()).isTrue();
        Path source = Files.writeString(folder.resolve("FirstTest.java"), snippet.group(1));
        var complaints = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
            boolean compiled = compiler.getTask(
                            complaints, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
            assertThat(compiled).as(complaints.toString()).isTrue();
        }
        try (var loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            EngineTestKit.engine("junit-jupiter")
                    .selectors(selectClass(loader.loadClass("FirstTest")))
                    .execute()
                    .testEvents()
                    .assertStatistics(run -> run.started(1).succeeded(1));
        }
    }
}
