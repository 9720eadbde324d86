package dev.jarbor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.http.HttpApi;
import dev.jarbor.etcd.EtcdSettings;
import dev.jarbor.etcd.EtcdStore;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.StoreEvent;
import dev.jarbor.store.Watch;
import dev.jarbor.testing.EtcdMembers;
import dev.jarbor.testing.NeedsEtcd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers on one etcd, each a process. The one that leads is killed, and then the other one is stopped in the middle of
 * its work and goes on long after its term: the loops move on within the lease, and no two processes ever lead at once.
 */
@NeedsEtcd
class LeadershipTest {
    private static final List<String> DUTIES = List.of("kube-controller-manager", "kube-scheduler");
    private static final int DEPLOYMENTS = 20;
    private static final int REPLICAS = 3;
    private static final Duration LEASE = Duration.ofSeconds(15);
    /** Between the end of a lease and the try that takes it, on a machine that does other things too. */
    private static final Duration SLACK = Duration.ofSeconds(15);

    @TempDir
    private Path home;

    private final LiveRuntime runtime = new LiveRuntime();
    private final List<String> deployed = new ArrayList<>();

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void theLoopsMoveToAnotherProcessWithinTheLeaseAndNoTwoLeadAtOnce() throws Exception {
        try (EtcdMembers etcd = EtcdMembers.start(1);
                ServerProcess one = server("one", etcd)) {
            one.awaitReady();
            try (HttpApi first = one.api(runtime);
                    EtcdStore observer = EtcdStore.open(
                            EtcdSettings.of(etcd.addresses())
                                    .withCompaction(Duration.ZERO)
                                    .withTimeout(Duration.ofMinutes(1)),
                            runtime);
                    Watch leases = observer.watch(
                            "leases.coordination.k8s.io", observer.snapshot().revision(), () -> {})) {
                await(
                        () -> DUTIES.stream()
                                .noneMatch(duty -> holder(first, duty).isEmpty()),
                        "a first leader");
                try (ServerProcess other = server("other", etcd)) {
                    other.awaitReady();
                    try (HttpApi second = other.api(runtime)) {
                        takeOver(one, first, other, second);
                        check(second, history(leases));
                    }
                }
            }
        } finally {
            runtime.close();
        }
    }

    private ServerProcess server(String name, EtcdMembers etcd) throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new ServerProcess(
                    home.resolve(name),
                    socket.getLocalPort(),
                    "--store",
                    "etcd=" + etcd.addresses().getFirst());
        }
    }

    private void takeOver(ServerProcess one, HttpApi first, ServerProcess other, HttpApi second) throws Exception {
        node(second, "n1");
        deploy(second, "before");
        awaitWork(second);

        Map<String, String> before = holders(second);
        deploy(second, "killed");
        one.kill();
        awaitOthers(second, before);
        awaitWork(second);

        one.restart();
        one.awaitReady();
        before = holders(first);
        node(first, "n2");
        deploy(first, "stopped");
        other.pause();
        awaitOthers(first, before);
        awaitWork(first);
        Map<String, String> after = holders(first);

        deploy(first, "woken");
        other.resume();
        awaitWork(first);
        // long enough for whoever woke up to try again more than once
        Instant renewed = lease(first, DUTIES.getFirst()).spec().renewTime().orElseThrow();
        await(
                () -> lease(first, DUTIES.getFirst())
                        .spec()
                        .renewTime()
                        .orElseThrow()
                        .isAfter(renewed.plusSeconds(5)),
                "renewals after the other woke up");
        assertThat(holders(first)).isEqualTo(after);
    }

    /** So that pods have somewhere to be; nobody speaks for it, so it is good for less than a minute. */
    private static void node(Api api, String name) {
        create(api, "nodes", """
                apiVersion: v1
                kind: Node
                metadata: {name: %s}
                status:
                  allocatable: {cpu: "100", memory: 100Gi, pods: "1000"}
                  conditions: [{type: Ready, status: "True", reason: Here}]
                """.formatted(name));
    }

    private void deploy(Api api, String when) {
        for (int number = 0; number < DEPLOYMENTS; number++) {
            String name = when + "-" + number;
            create(api, "deployments", """
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: %1$s, namespace: default}
                    spec:
                      replicas: %2$d
                      selector: {matchLabels: {app: %1$s}}
                      template:
                        metadata: {labels: {app: %1$s}}
                        spec: {tolerations: [{operator: Exists}], containers: [{name: c, image: i}]}
                    """.formatted(name, REPLICAS));
            deployed.add(name);
        }
    }

    private static void create(Api api, String plural, String manifest) {
        ObjectValue object = (ObjectValue) Yaml.parse(manifest);
        String version = object.string("apiVersion");
        int slash = version.indexOf('/');
        String group = slash < 0 ? "" : version.substring(0, slash);
        String namespace = object.object("metadata").string("namespace");
        var path = new ResourcePath(group, version.substring(slash + 1), plural, namespace, "", "");
        api.call(ApiRequest.of(Verb.CREATE, path, Query.NONE, object));
    }

    private static Lease lease(Api api, String duty) {
        return api.find(Lease.KIND, new ObjectKey("kube-system", duty)).orElse(Lease.EMPTY);
    }

    private static String holder(Api api, String duty) {
        return lease(api, duty).spec().holderIdentity();
    }

    private static Map<String, String> holders(Api api) {
        var holders = new TreeMap<String, String>();
        DUTIES.forEach(duty -> holders.put(duty, holder(api, duty)));
        return holders;
    }

    private static void awaitOthers(Api api, Map<String, String> before) {
        await(
                () -> holders(api).entrySet().stream()
                        .noneMatch(now ->
                                now.getValue().isEmpty() || now.getValue().equals(before.get(now.getKey()))),
                "leaders other than " + before);
    }

    /** The controllers have made all pods, and the scheduler has placed them. */
    private void awaitWork(Api api) {
        await(
                () -> {
                    List<Pod> pods = api.list(Pod.KIND, "default", Query.NONE).items();
                    return pods.size() >= deployed.size() * REPLICAS
                            && pods.stream()
                                    .noneMatch(pod -> pod.spec().nodeName().isEmpty());
                },
                "the pods of " + deployed.size() + " deployments on nodes");
    }

    private static void await(BooleanSupplier condition, String what) {
        for (int look = 0; look < 600; look++) {
            if (condition.getAsBoolean()) {
                return;
            }
            try {
                if (new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS)) {
                    throw new AssertionError("nobody counts this latch down");
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", interrupted);
            }
        }
        throw new AssertionError("a minute without " + what);
    }

    /** Each state that the Lease of each duty has had, in order. */
    private static Map<String, List<Lease>> history(Watch leases) throws Exception {
        var history = new TreeMap<String, List<Lease>>();
        for (List<StoreEvent> events = leases.poll(1000); !events.isEmpty(); events = leases.poll(1000)) {
            for (StoreEvent event : events) {
                var lease = new Lease(event.object());
                history.computeIfAbsent(lease.name(), fresh -> new ArrayList<>())
                        .add(lease);
            }
        }
        return history;
    }

    private void check(Api api, Map<String, List<Lease>> history) {
        for (String duty : DUTIES) {
            int changes = 0;
            List<Lease> states = history.getOrDefault(duty, List.of());
            for (int i = 1; i < states.size(); i++) {
                Lease before = states.get(i - 1);
                Lease after = states.get(i);
                String last = before.spec().holderIdentity();
                if (last.isEmpty() || last.equals(after.spec().holderIdentity())) {
                    continue;
                }
                changes++;
                Instant ended = before.spec().renewTime().orElseThrow().plus(LEASE);
                assertThat(after.spec().acquireTime().orElseThrow())
                        .as(duty + " from " + last + " to " + after.spec().holderIdentity())
                        .isBetween(ended, ended.plus(SLACK));
                assertThat(after.spec().leaseTransitions())
                        .isEqualTo(before.spec().leaseTransitions() + 1);
            }
            assertThat(changes).as(duty + " moved twice").isEqualTo(2);
        }
        var pods = new TreeMap<String, Integer>();
        api.list(Pod.KIND, "default", Query.NONE)
                .items()
                .forEach(pod -> pods.merge(pod.metadata().labels().getOrDefault("app", ""), 1, Integer::sum));
        assertThat(pods).as("nobody worked beside the leader").hasSize(deployed.size());
        assertThat(pods.values()).containsOnly(REPLICAS);
        assertThat(api.list(Event.KIND, "kube-system", Query.NONE).items())
                .filteredOn(event -> event.reason().equals("LeaderElection"))
                .extracting(event ->
                        event.involvedObject().name() + " by " + event.source().component())
                .contains("kube-controller-manager by kube-controller-manager", "kube-scheduler by default-scheduler");
    }
}
