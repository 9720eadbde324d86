package dev.jarbor.cli;

import dev.jarbor.cluster.Copies;
import dev.jarbor.cluster.DataFolder;
import dev.jarbor.disk.Backup;
import dev.jarbor.disk.CannotOpen;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jarbor backup}: all objects of a cluster in one file, while it runs. */
@Command(
        name = "backup",
        description = "Write all objects of a cluster, running or not, as they are at one revision, into a file.",
        footer = {
            "",
            "From disk, the folder pki of the data folder is not in it: keep that too, for the same certificates. From etcd,",
            "what servers share is in it.",
            "Exit codes: 0 written and checked, 1 not written.",
            "Examples:",
            "  jarbor backup today.jarbor",
            "  jarbor backup --store etcd=https://10.0.0.1:2379 today.jarbor",
            "  jarbor backup --verify today.jarbor"
        })
final class BackupCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The file to write; one that is there is replaced.")
    private Path file = Path.of("");

    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private Terminal terminal = new Terminal();

    @Option(names = "--verify", description = "Only read the file to its end and check it.")
    private boolean verify;

    private void copy(DataFolder folder) throws IOException {
        try (Runtime runtime = new LiveRuntime()) {
            Copies.backup(file, store.choice(), folder, runtime);
        }
    }

    @Override
    public Integer call() throws IOException {
        DataFolder folder = data.folder();
        try {
            if (!verify) {
                copy(folder);
            }
            Backup whole = Backup.verify(file);
            terminal.say("whole: " + file + " has " + whole.objects() + " objects of revision " + whole.revision()
                    + ", " + whole.bytes() + " bytes");
            return 0;
        } catch (CannotOpen refused) {
            throw new Refusal(String.valueOf(refused.getMessage()), refused);
        }
    }
}
