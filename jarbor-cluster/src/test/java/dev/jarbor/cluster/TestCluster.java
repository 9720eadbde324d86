package dev.jarbor.cluster;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.cluster.options.EncryptionSettings;
import dev.jarbor.cluster.options.StoreChoice;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.MemoryStore;
import dev.jarbor.testing.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** A whole cluster inside the test's JVM, on the live runtime, with its kubeconfig on disk as a user would find it. */
final class TestCluster implements AutoCloseable {
    private final Path home;
    private final DataFolder folder;
    private final LiveRuntime runtime;
    private final Cluster cluster;

    private TestCluster(Path home, NodeChoice nodes) {
        this(home, nodes, StoreChoice.memory());
    }

    private TestCluster(Path home, NodeChoice nodes, StoreChoice store) {
        this.home = home;
        this.folder = new DataFolder(home.resolve("data"));
        folder.prepare();
        this.runtime = new LiveRuntime();
        this.cluster = Cluster.start(
                new ClusterSettings(folder, nodes, 0, store, EncryptionSettings.NONE, line -> {}), runtime);
        cluster.announce();
    }

    /** Without waiting for anything but the server to answer: for tests that need no pods, and no kubectl. */
    static TestCluster started(Path home) {
        return new TestCluster(home, new NodeChoice.Simulated(1));
    }

    static TestCluster simulated(Path home, int nodes) {
        var started = new TestCluster(home, new NodeChoice.Simulated(nodes));
        // A pod is admitted only after its namespace has a service account, a moment after the start.
        Eventually.until(
                "the default service account is there",
                () -> started.kubectl().run("get", "serviceaccount", "default").succeeded());
        started.kubectl()
                .run("wait", "node", "--all", "--for=condition=Ready", "--timeout=30s")
                .ok();
        return started;
    }

    /** Simulated nodes that carry streams all the same: see {@link LocalNode}. */
    static TestCluster withLocalNode(Path home) {
        TestCluster started = simulated(home, 1);
        started.cluster.nodes().put("node-0", new LocalNode(home.resolve("containers"), started.runtime));
        return started;
    }

    static TestCluster withContainers(Path home) {
        return new TestCluster(home, new NodeChoice.Containerd());
    }

    /** The same, which finds again what it or another one has left in {@code home}. */
    static TestCluster withContainersOnDisk(Path home) {
        return new TestCluster(home, new NodeChoice.Containerd(), StoreChoice.disk());
    }

    Kubectl kubectl() {
        return kubectl(Programs.kubectl());
    }

    /** The given build of kubectl against this cluster. */
    Kubectl kubectl(Path program) {
        return new Kubectl(program, folder.kubeconfig(), home);
    }

    Api api() {
        return cluster.api();
    }

    Path kubeconfig() {
        return folder.kubeconfig();
    }

    DataFolder folder() {
        return folder;
    }

    /** A line to this cluster that can be cut, and a kubeconfig that leads through it. */
    CutLine line() {
        return CutLine.to(URI.create(cluster.url()).getPort(), runtime);
    }

    /** The kubeconfig with {@code line} in between. */
    Path kubeconfig(CutLine line) {
        try {
            String direct = Files.readString(folder.kubeconfig());
            return Files.writeString(
                    home.resolve("line-" + line.port() + ".kubeconfig"),
                    direct.replace(cluster.url(), "https://127.0.0.1:" + line.port()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Changes one object so often that nobody can go on watching ConfigMaps from a version of before. */
    void forgetHistory() {
        var path = new ResourcePath("", "v1", "configmaps", "default", "history", "");
        api().call(ApiRequest.of(
                Verb.CREATE,
                path.withName(""),
                Query.NONE,
                ObjectValue.of("metadata", ObjectValue.EMPTY.with("name", "history"))));
        for (int change = 0; change <= MemoryStore.DEFAULT_WINDOW; change++) {
            ObjectValue data = ObjectValue.EMPTY.with("change", Integer.toString(change));
            api().call(ApiRequest.of(Verb.PATCH, path, Query.NONE, ObjectValue.of("data", data)));
        }
        api().call(ApiRequest.of(Verb.DELETE, path));
    }

    LiveRuntime runtime() {
        return runtime;
    }

    @Override
    public void close() {
        cluster.close();
        runtime.close();
    }
}
