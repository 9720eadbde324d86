package dev.jarbor.controllers.trace;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Patch;
import dev.jarbor.client.Query;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.Verb;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.controllers.Controllers;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * One scene of a script: a cluster under virtual time in which the script's loops run and nothing else. Its steps are what
 * users, nodes and other components do.
 */
final class Scene {
    private static final String NAMESPACE = "shop";

    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final FakeApi api = new FakeApi(new CountingRuntime(runtime));
    private final Told told = new Told(runtime.now());
    private final RecordingApi recorded;
    private final List<String> names;
    private final Map<String, ObjectValue> answers = new TreeMap<>();
    private List<ControlLoop> loops = List.of();
    private SharedInformers informers;
    private final List<FakeApi.Fault> forbidden = new ArrayList<>();
    private int addresses;

    /**
     * @param names of the loops that run
     * @param shown which paths of a new object are told, by kind
     */
    Scene(List<String> names, Map<String, List<String>> shown) {
        this.names = List.copyOf(names);
        this.recorded = new RecordingApi(api, runtime, told, shown);
        this.informers = new SharedInformers(recorded, runtime);
        start();
    }

    private void start() {
        List<ControlLoop> all = Controllers.all(recorded, informers, runtime, Surroundings.SETTINGS);
        loops = names.stream()
                .map(name -> all.stream()
                        .filter(loop -> loop.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("there is no loop " + name)))
                .toList();
        loops.forEach(ControlLoop::start);
        informers.start();
        runtime.runUntilIdle();
    }

    /** Stops the loops and starts them anew, without what they remember: what they then write, they had left undone. */
    List<String> again() {
        loops.forEach(ControlLoop::close);
        informers.close();
        informers = new SharedInformers(recorded, runtime);
        recorded.withoutEvents();
        start();
        return recorded.taken();
    }

    /**
     * Takes one step, and answers with what the loops then do at once, or in the time that the step takes.
     *
     * @param step a verb and its arguments
     * @param input the lines below it, in YAML
     */
    List<String> take(String step, String input) {
        List<String> words = List.of(step.split(" +"));
        List<String> arguments = words.subList(1, words.size());
        switch (words.getFirst()) {
            case "create" -> create(resource(arguments.getFirst()), yaml(input));
            case "change" -> change(resource(arguments.getFirst()), arguments.get(1), "", yaml(input));
            case "status" ->
                change(
                        resource(arguments.getFirst()),
                        arguments.get(1),
                        "status",
                        ObjectValue.of("status", yaml(input)));
            case "delete" ->
                delete(
                        resource(arguments.getFirst()),
                        arguments.get(1),
                        arguments.size() > 2 ? arguments.get(2) : "Background");
            case "run" -> arguments.forEach(name -> run(name, true));
            case "start" -> arguments.forEach(name -> run(name, false));
            case "succeed" -> arguments.forEach(name -> end(name, "Succeeded", 0));
            case "fail" -> arguments.forEach(name -> end(name, "Failed", 1));
            case "gone" -> arguments.forEach(name -> delete(resource("Pod"), name, "Gone"));
            case "refuse" -> api.failNext(calls(arguments), refusal(arguments));
            case "forbid" -> forbidden.add(api.failWhile(calls(arguments), refusal(arguments)));
            case "allow" -> {
                forbidden.forEach(FakeApi.Fault::close);
                forbidden.clear();
            }
            case "answer" -> answer(arguments.getFirst(), yaml(input));
            case "wait" -> runtime.advance(span(arguments.getFirst()));
            default -> throw new IllegalArgumentException("there is no step " + words.getFirst());
        }
        runtime.runUntilIdle();
        return recorded.taken();
    }

    private static ObjectValue yaml(String text) {
        return Yaml.parse(text) instanceof ObjectValue object ? object : ObjectValue.EMPTY;
    }

    private static Duration span(String text) {
        if (text.endsWith("ms")) {
            return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
        }
        return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    }

    /** {@code Deployment} in its newest stable version, which is the one that loops read. */
    private static Kind<GenericObject> resource(String kind) {
        ResourceDefinition found = RecordingApi.resources()
                .filter(each -> each.kind().equals(kind) && each.isStored())
                .max(Comparator.comparing(ResourceDefinition::isStable).thenComparing(ResourceDefinition::version))
                .orElseThrow(() -> new IllegalArgumentException("there is no kind " + kind));
        return Kind.generic(found.group(), found.version(), found.kind(), found.plural(), found.namespaced());
    }

    /** A new object; one that says its status or uid, or since when it has been there, has them. */
    private void create(Kind<GenericObject> kind, ObjectValue object) {
        ObjectValue metadata = object.object("metadata");
        ObjectValue named = kind.namespaced() && !metadata.has("namespace")
                ? object.with("metadata", metadata.with("namespace", NAMESPACE))
                : object;
        boolean whole = object.has("status") || metadata.has("uid") || metadata.has("creationTimestamp");
        GenericObject wanted = kind.read(kind.stamp(named));
        told.meet((whole ? api.put(kind, wanted) : api.create(kind, wanted)).value());
    }

    private void change(Kind<GenericObject> kind, String name, String subresource, ObjectValue patch) {
        api.patch(kind, find(kind, name).key(), subresource, Patch.merge(patch));
    }

    private void delete(Kind<GenericObject> kind, String name, String how) {
        DeleteOptions options = how.equals("Gone") ? DeleteOptions.NONE.grace(0) : DeleteOptions.NONE.propagation(how);
        api.delete(kind, find(kind, name).key(), options);
    }

    /** The object that is told as {@code name}; {@code other/name} where it is in another namespace. */
    private GenericObject find(Kind<GenericObject> kind, String name) {
        String namespace =
                !kind.namespaced() ? "" : name.contains("/") ? name.substring(0, name.indexOf('/')) : NAMESPACE;
        String plain = name.substring(name.indexOf('/') + 1);
        return api.list(kind, namespace, Query.NONE).items().stream()
                .filter(each -> told.plain(each.name()).equals(plain))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no " + kind.name() + " " + name));
    }

    /** As a node does: the pod has a node, an address and, where it is well, is ready. */
    private void run(String name, boolean ready) {
        Kind<GenericObject> pods = resource("Pod");
        ObjectValue pod = find(pods, name).value();
        ObjectValue status = pod.object("status");
        String address = status.has("podIP") ? status.string("podIP") : "10.0.0." + ++addresses;
        ObjectValue running =
                yaml("""
                {phase: Running, podIP: %s, podIPs: [{ip: %s}], startTime: '%s',
                 conditions: [{type: Ready, status: '%s', lastTransitionTime: '%s'}]}
                """.formatted(address, address, runtime.now(), ready ? "True" : "False", runtime.now()));
        ObjectValue placed = pod.update("spec", spec -> spec.with("nodeName", node(new Pod(pod))));
        api.put(pods, pods.read(placed.update("status", before -> with(before, running))));
    }

    /** The node that it has, or that its affinity names, as a daemon's does; else any. */
    private static String node(Pod pod) {
        return pod.spec().hasNodeName()
                ? pod.spec().nodeName()
                : pod
                        .spec()
                        .affinity()
                        .nodeAffinity()
                        .requiredDuringSchedulingIgnoredDuringExecution()
                        .nodeSelectorTerms()
                        .stream()
                        .flatMap(term -> term.matchFields().stream())
                        .flatMap(field -> field.values().stream())
                        .findFirst()
                        .orElse("node-1");
    }

    private static ObjectValue with(ObjectValue before, ObjectValue more) {
        ObjectValue both = before;
        for (String name : more.names()) {
            both = both.with(name, more.get(name).orElseThrow());
        }
        return both;
    }

    private void end(String name, String phase, int code) {
        Kind<GenericObject> pods = resource("Pod");
        ObjectValue pod = find(pods, name).value();
        ObjectValue ended = yaml("""
                {phase: %s, startTime: '%s', containerStatuses: [{name: main, state: {terminated:
                 {exitCode: %d, finishedAt: '%s'}}}], conditions: [{type: Ready, status: 'False'}]}
                """.formatted(phase, runtime.now(), code, runtime.now()));
        api.put(pods, pods.read(pod.update("status", before -> with(before, ended))));
    }

    /** The calls that {@code create pods exceeded quota} is about. */
    private static Predicate<ApiRequest> calls(List<String> words) {
        return FakeApi.requests(Verb.valueOf(words.getFirst().toUpperCase(Locale.ROOT)), words.get(1));
    }

    private static ApiException refusal(List<String> words) {
        String why = String.join(" ", words.subList(2, words.size()));
        return ApiException.forbidden(new GroupResource("", words.get(1)), "", why);
    }

    /** {@code answer apps/deployments/scale}: that path has this content from now on, until somebody writes it. */
    private void answer(String path, ObjectValue answer) {
        if (answers.put(path, answer) == null) {
            api.answer(request -> path(request).equals(path), request -> {
                if (request.verb() == Verb.UPDATE && request.body() instanceof ObjectValue written) {
                    answers.put(path, written);
                }
                return answers.getOrDefault(path, ObjectValue.EMPTY);
            });
        }
    }

    private static String path(ApiRequest request) {
        String group = request.path().group();
        String subresource = request.path().subresource();
        return (group.isEmpty() ? "" : group + "/")
                + request.path().plural()
                + (subresource.isEmpty() ? "" : "/" + subresource);
    }
}
