package dev.jarbor.cli;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.cluster.CannotStart;
import dev.jarbor.cluster.options.WrongOption;
import dev.jarbor.server.http.HttpFace;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The {@code jarbor} command. Exit codes: 0 done, 1 refused or failed, 2 the command line is wrong. */
@Command(
        name = "jarbor",
        description = "Kubernetes in one jar.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            KubeconfigCommand.class,
            ResetCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            ReplayCommand.class,
            TrainCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  jarbor up                             a cluster on this machine, until ^C",
            "  jarbor up --detach examples/shop      the same in the background, with an application",
            "  jarbor down",
            "  jarbor backup today.jarbor            all objects in a file, while the cluster runs",
            "  jarbor server --token-auth-file F     a control plane alone, with your own options"
        })
public final class Main {
    /** The HTTP server's, held here because the JDK forgets the level of a logger that nobody holds. */
    private static final Logger HELIDON = Logger.getLogger("io.helidon");

    private Main() {}

    public static void main(String[] arguments) {
        // that it listens is what we say ourselves
        HELIDON.setLevel(Level.WARNING);
        HttpFace.ownsProcess();
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        var line = new CommandLine(new Main()).addSubcommand(ServerCommand.commandLine());
        for (CommandLine command : line.getSubcommands().values()) {
            if (command.getCommandSpec().findOption("--help") == null) {
                command.getCommandSpec().mixinStandardHelpOptions(true);
            }
        }
        return line.setErr(err)
                .setParameterExceptionHandler((wrong, words) -> {
                    err.println("jarbor: " + wrong.getMessage());
                    if (!CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err)) {
                        err.println(
                                "`jarbor " + wrong.getCommandLine().getCommandName() + " --help` lists what there is");
                    }
                    return 2;
                })
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    err.println("jarbor: " + explain(failure));
                    return failure instanceof WrongOption ? 2 : 1;
                })
                .execute(arguments.length == 0 ? new String[] {"--help"} : arguments);
    }

    private static String explain(Exception failure) {
        return switch (failure) {
            case Refusal refusal -> words(refusal);
            case CannotStart cannot -> words(cannot);
            case WrongOption wrong -> words(wrong);
            case ApiException refused -> words(refused);
            default -> "unexpected failure: " + failure;
        };
    }

    private static String words(Exception failure) {
        return String.valueOf(failure.getMessage());
    }
}
