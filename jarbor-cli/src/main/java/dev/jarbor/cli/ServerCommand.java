package dev.jarbor.cli;

import dev.jarbor.cluster.CannotStart;
import dev.jarbor.cluster.DataFolder;
import dev.jarbor.cluster.StandaloneServer;
import dev.jarbor.cluster.options.ConfigFile;
import dev.jarbor.cluster.options.FixedOption;
import dev.jarbor.cluster.options.FixedOptions;
import dev.jarbor.cluster.options.OptionValues;
import dev.jarbor.cluster.options.PlaneSettings;
import dev.jarbor.cluster.options.ServerOption;
import dev.jarbor.cluster.options.ServerOptions;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jarbor server}: a control plane alone, with the options that operators of the reference know. */
@Command(
        name = "server",
        description = "Run a control plane alone: API server, controllers and scheduler, without nodes, until ^C.",
        footer = {
            "",
            "Every option may stand in the file of --config too, under its name without dashes; flags count more.",
            "Exit codes: 0 stopped, 1 cannot start, 2 an option is wrong (and nothing was started).",
            "Examples:",
            "  jarbor server --data /tmp/plane --secure-port 0",
            "  jarbor server --token-auth-file tokens.csv --authorization-mode=Node,RBAC",
            "  jarbor server --controllers=*,-garbage-collector-controller --without-scheduler",
            "  jarbor server --config plane.yaml"
        })
final class ServerCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
    private CommandSpec spec;

    @Mixin
    private Terminal terminal = new Terminal();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder for its authority and the kubeconfig it writes" + " (default: ~/.jarbor-server).")
    private Path data = Path.of(System.getProperty("user.home", "."), ".jarbor-server");

    @Option(names = "--config", paramLabel = "FILE", description = "A file with options.")
    private @Nullable Path config;

    /** The command with an option for each row of {@link ServerOptions}. */
    static CommandLine commandLine() {
        var line = new CommandLine(new ServerCommand());
        for (ServerOption option : ServerOptions.ALL) {
            OptionSpec.Builder flag = OptionSpec.builder("--" + option.name())
                    .description(option.help().replace("%", "%%"))
                    .type(List.class)
                    .auxiliaryTypes(String.class);
            boolean isSwitch = option.kind() == ServerOption.Kind.SWITCH;
            line.getCommandSpec()
                    .addOption(
                            isSwitch
                                    ? flag.arity("0..1")
                                            .paramLabel("true|false")
                                            .fallbackValue("true")
                                            .build()
                                    : flag.arity("1").paramLabel(option.takes()).build());
        }
        for (FixedOption option : FixedOptions.ALL) {
            line.getCommandSpec()
                    .addOption(OptionSpec.builder("--" + option.name())
                            .type(List.class)
                            .auxiliaryTypes(String.class)
                            .arity("0..1")
                            .fallbackValue("true")
                            .hidden(true)
                            .build());
        }
        return line;
    }

    private OptionValues values() {
        var given = new TreeMap<String, List<String>>();
        Stream.concat(
                        ServerOptions.ALL.stream().map(ServerOption::name),
                        FixedOptions.ALL.stream().map(FixedOption::name))
                .forEach(name -> {
                    List<String> values =
                            spec.commandLine().getParseResult().matchedOptionValue("--" + name, List.of());
                    if (!values.isEmpty()) {
                        given.put(name, values);
                    }
                });
        OptionValues flags = OptionValues.ofFlags(given);
        return config == null ? flags : flags.or(ConfigFile.read(config));
    }

    @Override
    public Integer call() throws IOException {
        PlaneSettings settings = PlaneSettings.of(values());
        var folder = new DataFolder(data);
        folder.prepare();
        AutoCloseable lock = folder.lock()
                .orElseThrow(() -> new CannotStart("another process uses " + folder.root() + "; use another --data"));
        var ended = new CountDownLatch(1);
        try (lock;
                Runtime runtime = new LiveRuntime();
                StandaloneServer server = StandaloneServer.start(settings, folder, runtime)) {
            server.announce();
            java.lang.Runtime.getRuntime().addShutdownHook(new StopHook(server, ended));
            terminal.step("ready: " + server.url());
            terminal.step("kubectl: --kubeconfig " + folder.kubeconfig());
            terminal.step("store: " + settings.store().inWords());
            terminal.step("running until ^C");
            ended.await();
            return 0;
        } catch (IOException | RuntimeException failure) {
            throw failure;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (Exception failure) {
            throw new Refusal("cannot stop cleanly: " + failure.getMessage(), failure);
        }
    }

    /** Ends the server when the process is told to end, before the JVM goes. */
    private static final class StopHook extends Thread {
        private final StandaloneServer server;
        private final CountDownLatch ended;

        StopHook(StandaloneServer server, CountDownLatch ended) {
            super("jarbor-stop");
            this.server = server;
            this.ended = ended;
        }

        @Override
        public void run() {
            server.close();
            ended.countDown();
        }
    }
}
