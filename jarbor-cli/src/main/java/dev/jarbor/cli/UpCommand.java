package dev.jarbor.cli;

import dev.jarbor.client.http.HttpApi;
import dev.jarbor.client.http.KubeConfig;
import dev.jarbor.cluster.AutoscalingChoice;
import dev.jarbor.cluster.CannotStart;
import dev.jarbor.cluster.Cluster;
import dev.jarbor.cluster.ClusterSettings;
import dev.jarbor.cluster.DataFolder;
import dev.jarbor.cluster.LoadBalancerPool;
import dev.jarbor.cluster.NodeChoice;
import dev.jarbor.cluster.Running;
import dev.jarbor.cluster.options.EncryptionSettings;
import dev.jarbor.cluster.options.OptionValues;
import dev.jarbor.cluster.options.StoreChoice;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jarbor up}: starts a cluster on this machine, and an application in it. */
@Command(
        name = "up",
        description =
                "Start (or find running) the cluster of a data folder and wait until it is ready; with manifests, apply"
                        + " them, wait for their rollouts and print where the application answers.",
        footer = {
            "",
            "Nodes:",
            "  auto        real containers when containerd can be used here, else one simulated node",
            "  containerd  real containers; installs what is missing when run as root",
            "  sim=N       N simulated nodes: pods are states, no process runs",
            "  none        a control plane alone",
            "",
            "Node groups, of simulated nodes that come when pods find no room and go when nobody needs them:",
            "  0:5:large                          between 0 and 5 nodes large-0, large-1 …",
            "  1:3:eu,cpu=16,memory=64Gi,zone=a   of that size and in that zone (default: 4 cores and 8Gi)",
            "",
            "Exit codes: 0 ready (and rolled out), 1 refused or a rollout failed, 2 wrong command line.",
            "Examples:",
            "  jarbor up",
            "  jarbor up --nodes containerd --detach examples/shop",
            "  jarbor up --nodes sim=3 --port 0 --data /tmp/try",
            "  jarbor up --nodes sim=1 --node-group 0:5:large,cpu=16,memory=64Gi"
        })
final class UpCommand implements Callable<Integer> {
    private static final String ENCRYPTION = "encryption-provider-config";

    @Parameters(paramLabel = "MANIFEST", arity = "0..*", description = "Files or folders of manifests to apply.")
    private List<Path> paths = new ArrayList<>();

    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private Terminal terminal = new Terminal();

    @Option(names = "--nodes", paramLabel = "KIND", description = "auto, containerd, sim=N or none (default: auto).")
    private String nodes = "auto";

    @Option(
            names = "--node-group",
            paramLabel = "MIN:MAX:NAME",
            description = "Simulated nodes that come and go with what pods need; may be given several times.")
    private List<String> nodeGroups = new ArrayList<>();

    @Option(
            names = "--expander",
            paramLabel = "RULE",
            description = "Which node group grows where several would do: least-waste, most-pods or random; several,"
                    + " separated by commas, decide one after the other"
                    + " (default: ${DEFAULT-VALUE}).")
    private String expander = "least-waste";

    @Option(
            names = "--balance-similar-node-groups",
            description = "Let node groups of the same kind of machine grow together, as those of several zones.")
    private boolean balance;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port of the API; 0 takes any free one (default: ${DEFAULT-VALUE}).")
    private int port = 6443;

    @Option(
            names = "--load-balancer-pool",
            paramLabel = "ADDRESSES",
            description = "Addresses for Services of type LoadBalancer, which the network must lead to this machine:"
                    + " 192.0.2.7, 192.0.2.40-192.0.2.49 or 192.0.2.16/28, separated by commas (default: the"
                    + " address of the node).")
    private String loadBalancerPool = "";

    @Mixin
    private StoreOption store = new StoreOption();

    @Option(
            names = "--" + ENCRYPTION,
            paramLabel = "FILE",
            description = "How objects are sealed before they are written to a disk (default: as they are).")
    private @Nullable Path encryption;

    @Option(
            names = "--kubeconfig",
            paramLabel = "PATH",
            description = "Where the context `jarbor` is merged in (default: $KUBECONFIG, else ~/.kube/config).")
    private @Nullable Path kubeconfig;

    @Option(names = "--detach", description = "Run the cluster in the background and return.")
    private boolean detach;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long the rollouts may take (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds = 300;

    @Option(names = "--as-background-process", hidden = true)
    private boolean background;

    @Override
    public Integer call() throws IOException {
        NodeChoice choice = NodeChoice.parse(nodes);
        StoreChoice kept = store.choice();
        checkOptions(choice, kept);
        EncryptionSettings sealed = sealed();
        Application application = Application.of(Manifests.read(paths));
        DataFolder folder = data.folder();
        boolean fresh = !folder.exists();
        folder.prepare();
        Optional<Running> found = folder.running().filter(Running::alive);
        if (found.isPresent()) {
            terminal.step("already running: " + found.get().url() + " with "
                    + found.get().nodes());
            return deploy(folder, application);
        }
        if (detach) {
            Running running = startedOrUndone(folder, fresh, () -> Background.start(folder, childArguments(folder)));
            Background.choices(folder).forEach(terminal::step);
            mergeContext(folder);
            terminal.step("ready: " + running.url() + " with " + running.nodes() + ", process " + running.pid());
            return deploy(folder, application);
        }
        return startedOrUndone(folder, fresh, () -> runHere(choice, kept, sealed, folder, application));
    }

    /** A start that fails leaves no folder behind that was not there before. */
    private static <T> T startedOrUndone(DataFolder folder, boolean fresh, Start<T> start) throws IOException {
        try {
            return start.run();
        } catch (IOException | RuntimeException failure) {
            if (fresh && folder.running().filter(Running::alive).isEmpty()) {
                folder.delete();
            }
            throw failure;
        }
    }

    /** One way of starting. */
    private interface Start<T> {
        T run() throws IOException;
    }

    private void checkOptions(NodeChoice choice, StoreChoice kept) {
        if (port < 0 || port > 65535) {
            throw new Refusal("--port " + port + ": a port is between 0 and 65535");
        }
        if (timeoutSeconds < 1) {
            throw new Refusal("--timeout " + timeoutSeconds + ": at least 1 second");
        }
        loadBalancerPool(); // refuses what it cannot read
        autoscaling().check(choice, kept);
    }

    private AutoscalingChoice autoscaling() {
        return AutoscalingChoice.parse(nodeGroups, expander, balance);
    }

    private List<String> loadBalancerPool() {
        return loadBalancerPool.isEmpty() ? List.of() : LoadBalancerPool.parse(loadBalancerPool);
    }

    private EncryptionSettings sealed() {
        Map<String, List<String>> given =
                encryption == null ? Map.of() : Map.of(ENCRYPTION, List.of(encryption.toString()));
        return EncryptionSettings.of(OptionValues.ofFlags(given));
    }

    private List<String> childArguments(DataFolder folder) {
        var arguments = new ArrayList<>(List.of(
                "up",
                "--as-background-process",
                "--data",
                folder.root().toString(),
                "--nodes",
                nodes,
                "--port",
                Integer.toString(port)));
        nodeGroups.forEach(group -> arguments.addAll(List.of("--node-group", group)));
        arguments.addAll(List.of("--expander", expander));
        if (balance) {
            arguments.add("--balance-similar-node-groups");
        }
        if (!loadBalancerPool.isEmpty()) {
            arguments.addAll(List.of("--load-balancer-pool", loadBalancerPool));
        }
        arguments.addAll(store.arguments());
        if (encryption != null) {
            arguments.add("--" + ENCRYPTION + "=" + encryption.toAbsolutePath());
        }
        return arguments;
    }

    private int runHere(
            NodeChoice choice, StoreChoice kept, EncryptionSettings sealed, DataFolder folder, Application application)
            throws IOException {
        AutoCloseable lock = folder.lock()
                .orElseThrow(() -> new CannotStart("another process is just starting a cluster in " + folder.root()));
        var ended = new CountDownLatch(1);
        try (lock;
                Runtime runtime = new LiveRuntime();
                Cluster cluster = Cluster.start(
                        new ClusterSettings(folder, choice, port, kept, sealed, terminal::step)
                                .withLoadBalancerPool(loadBalancerPool())
                                .withAutoscaling(autoscaling()),
                        runtime)) {
            Running self = cluster.announce();
            java.lang.Runtime.getRuntime().addShutdownHook(new StopHook(cluster, ended));
            if (background) {
                ended.await();
                return 0;
            }
            mergeContext(folder);
            terminal.step("ready: " + self.url() + " with " + self.nodes());
            terminal.step("store: " + kept.inWords());
            int outcome = application.isEmpty() ? 0 : application.deploy(cluster.api(), terminal, timeoutSeconds);
            terminal.step("running until ^C");
            ended.await();
            return outcome;
        } catch (IOException | RuntimeException failure) {
            throw failure;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (Exception failure) {
            throw new Refusal("cannot stop cleanly: " + failure.getMessage(), failure);
        }
    }

    private int deploy(DataFolder folder, Application application) throws IOException {
        if (application.isEmpty()) {
            return 0;
        }
        try (Runtime runtime = new LiveRuntime();
                HttpApi api = new HttpApi(
                        KubeConfig.parse(Files.readString(folder.kubeconfig())).client(), runtime)) {
            return application.deploy(api, terminal, timeoutSeconds);
        }
    }

    private void mergeContext(DataFolder folder) throws IOException {
        Path target = kubeconfig != null ? kubeconfig : KubeConfig.defaultFile();
        KubeConfig.merge(target, KubeConfig.parse(Files.readString(folder.kubeconfig())));
        terminal.step("kubectl: context `jarbor` in " + target);
    }

    /** Ends the cluster when the process is told to end, before the JVM goes. */
    private static final class StopHook extends Thread {
        private final Cluster cluster;
        private final CountDownLatch ended;

        StopHook(Cluster cluster, CountDownLatch ended) {
            super("jarbor-stop");
            this.cluster = cluster;
            this.ended = ended;
        }

        @Override
        public void run() {
            cluster.close();
            ended.countDown();
        }
    }
}
