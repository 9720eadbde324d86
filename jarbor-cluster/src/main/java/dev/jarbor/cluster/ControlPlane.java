package dev.jarbor.cluster;

import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiEventRecorder;
import dev.jarbor.client.Informers;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.cluster.options.ControllerChoice;
import dev.jarbor.controllers.Controllers;
import dev.jarbor.controllers.Settings;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.scheduler.Scheduler;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.auth.Tokens;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.registry.ServedResource;
import java.util.List;

/**
 * API server, controllers and scheduler on one store and one runtime: a cluster without nodes, certificates or sockets.
 * Works the same on the live and on the simulated runtime.
 */
public final class ControlPlane implements AutoCloseable {
    private static final String CONTROLLERS = "kube-controller-manager";
    private static final String SCHEDULER = "kube-scheduler";

    /** What agents of nodes are called, to whom the fields belong that they write. */
    static final String NODE_AGENT = "kubelet";

    private final Runtime runtime;
    private final ApiServer server;
    private final Api api;
    private final Informers informers;
    private final NodeDirectory nodes;
    private final List<ControlLoop> loops;
    private final Scheduler scheduler;
    private final boolean schedules;

    /**
     * @param server started: its first objects are there
     * @param nodes where the server looks for its nodes; filled as they start
     * @param certificateAuthority PEM that pods get to check the API server by; "" where it has no certificate
     */
    ControlPlane(ApiServer server, NodeDirectory nodes, Runtime runtime, String certificateAuthority) {
        this(server, nodes, runtime, Settings.of(certificateAuthority), ControllerChoice.EVERYTHING, true);
    }

    /**
     * @param settings what the control loops are told of their cluster
     * @param controllers which of them run
     * @param scheduling whether pods are
     * @throws dev.jarbor.cluster.options.WrongOption when a loop is named that there is not
     */
    ControlPlane(
            ApiServer server,
            NodeDirectory nodes,
            Runtime runtime,
            Settings settings,
            ControllerChoice controllers,
            boolean scheduling) {
        this.runtime = runtime;
        this.server = server;
        this.nodes = nodes;
        this.api = server.as(User.ADMIN);
        this.informers = new SharedInformers(api, runtime);
        var tokens =
                new Tokens(server.settings().authentication().serviceAccounts().key());
        List<ControlLoop> all = Controllers.all(
                as(CONTROLLERS),
                informers,
                runtime,
                settings.withResources(served(server)).withTokens(tokens::sign));
        controllers.check(all.stream().map(ControlLoop::name).toList());
        this.loops = all.stream().filter(loop -> controllers.runs(loop.name())).toList();
        this.schedules = scheduling;
        Api scheduler = as(SCHEDULER);
        this.scheduler =
                new Scheduler(scheduler, informers, runtime, new ApiEventRecorder(scheduler, runtime, Scheduler.NAME));
    }

    /** Controllers watch what there is: a version that is switched off has nothing to tell. */
    private static List<ResourceDefinition> served(ApiServer server) {
        return server.registry().builtIn().served().stream()
                .map(ServedResource::definition)
                .toList();
    }

    /** Starts the loops and the informers of everything made so far. */
    void startLoops() {
        loops.forEach(ControlLoop::start);
        if (schedules) {
            scheduler.start();
        }
        informers.start();
    }

    Runtime runtime() {
        return runtime;
    }

    ApiServer server() {
        return server;
    }

    /** The API as the cluster's administrator sees it. */
    public Api api() {
        return api;
    }

    /** The API as one of the cluster's own programs uses it; what it writes belongs to {@code program}. */
    Api as(String program) {
        return server.as(User.ADMIN, program);
    }

    Informers informers() {
        return informers;
    }

    NodeDirectory nodes() {
        return nodes;
    }

    @Override
    public void close() {
        scheduler.close();
        loops.forEach(ControlLoop::close);
        informers.close();
        server.close();
    }
}
