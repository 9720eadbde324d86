package dev.jarbor.cli;

import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.client.http.HttpApi;
import dev.jarbor.client.http.KubeConfig;
import dev.jarbor.cluster.Cluster;
import dev.jarbor.cluster.ClusterSettings;
import dev.jarbor.cluster.DataFolder;
import dev.jarbor.cluster.NodeChoice;
import dev.jarbor.cluster.options.EncryptionSettings;
import dev.jarbor.cluster.options.StoreChoice;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code jarbor train}: does once what a start does (certificates, server, nodes, an application rolled out over HTTPS) and what
 * kubectl asks, so that the JVM can record which classes a start needs. Run by packaging; harmless otherwise.
 */
@Command(name = "train", hidden = true, description = "Exercise a start, for the ahead-of-time cache.")
final class TrainCommand implements Callable<Integer> {
    private static final int PATIENCE_SECONDS = 60;
    private static final String MANIFEST = """
            apiVersion: v1
            kind: Service
            metadata: {name: train, namespace: default}
            spec: {selector: {app: train}, ports: [{port: 80}]}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: train, namespace: default}
            spec:
              replicas: 2
              selector: {matchLabels: {app: train}}
              template:
                metadata: {labels: {app: train}}
                spec: {containers: [{name: main, image: "train:1"}]}
            """;

    @Mixin
    private Terminal terminal = new Terminal();

    @Override
    public Integer call() throws IOException {
        Path temporary = Files.createTempDirectory("jarbor-train");
        var folder = new DataFolder(temporary.resolve("data"));
        Path manifest = Files.writeString(temporary.resolve("train.yaml"), MANIFEST);
        try {
            folder.prepare();
            return train(folder, Application.of(Manifests.read(List.of(manifest))));
        } finally {
            new DataFolder(temporary).delete();
        }
    }

    private int train(DataFolder folder, Application application) throws IOException {
        var settings = new ClusterSettings(
                folder, new NodeChoice.Simulated(1), 0, StoreChoice.disk(), EncryptionSettings.NONE, terminal::step);
        try (Runtime runtime = new LiveRuntime();
                Cluster cluster = Cluster.start(settings, runtime)) {
            cluster.announce();
            ClientConfig access =
                    KubeConfig.parse(Files.readString(folder.kubeconfig())).client();
            try (HttpApi api = new HttpApi(access, runtime)) {
                int outcome = application.deploy(api, terminal, PATIENCE_SECONDS);
                ask(access);
                return outcome;
            }
        }
    }

    private static void ask(ClientConfig access) throws IOException {
        for (Version version : Version.values()) {
            try (var client = new TrainingClient(access, version)) {
                client.ask();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
