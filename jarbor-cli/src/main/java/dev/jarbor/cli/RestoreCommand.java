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
import picocli.CommandLine.Parameters;

/** {@code jarbor restore}: makes a cluster what a backup says. */
@Command(
        name = "restore",
        description =
                "Make the objects of a stopped cluster those of a backup, after the backup has been checked to its end.",
        footer = {
            "",
            "On disk, what was there is put aside in a folder `before-restore-…` of the store; in etcd it is deleted. Watches",
            "from before the restore are told to list again.",
            "Exit codes: 0 restored, 1 not restored, and nothing changed.",
            "Examples:",
            "  jarbor down && jarbor restore today.jarbor && jarbor up --detach",
            "  jarbor restore --store etcd=https://10.0.0.1:2379 today.jarbor"
        })
final class RestoreCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "What `jarbor backup` wrote.")
    private Path file = Path.of("");

    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private Terminal terminal = new Terminal();

    @Override
    public Integer call() throws IOException {
        DataFolder folder = data.folder();
        try (Runtime runtime = new LiveRuntime()) {
            Backup restored = Copies.restore(file, store.choice(), folder, runtime);
            terminal.say("restored: " + restored.objects() + " objects, as revision " + restored.revision());
            return 0;
        } catch (CannotOpen refused) {
            throw new Refusal(String.valueOf(refused.getMessage()), refused);
        }
    }
}
