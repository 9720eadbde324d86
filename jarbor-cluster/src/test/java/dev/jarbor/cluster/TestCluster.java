package dev.jarbor.cluster;

import dev.jarbor.client.Api;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.testing.Programs;
import java.nio.file.Path;

/** A whole cluster inside the test's JVM, on the live runtime, with its kubeconfig on disk as a user would find it. */
final class TestCluster implements AutoCloseable {
    private final Path home;
    private final DataFolder folder;
    private final LiveRuntime runtime;
    private final Cluster cluster;

    private TestCluster(Path home, NodeChoice nodes) {
        this.home = home;
        this.folder = new DataFolder(home.resolve("data"));
        folder.prepare();
        this.runtime = new LiveRuntime();
        this.cluster = Cluster.start(new ClusterSettings(folder, nodes, 0, line -> {}), runtime);
        cluster.announce();
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

    static TestCluster withContainers(Path home) {
        return new TestCluster(home, new NodeChoice.Containerd());
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

    LiveRuntime runtime() {
        return runtime;
    }

    @Override
    public void close() {
        cluster.close();
        runtime.close();
    }
}
