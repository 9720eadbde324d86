package dev.jarbor.controllers.trace;

import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchListener;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.Runtime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The API as the loops of a script have it: what they write, and what they tell in events, is noted in its order. */
final class RecordingApi implements Api {
    private static final String INDENT = " ".repeat(12);
    private static final String NAMESPACE = "shop";

    private final FakeApi api;
    private final Runtime runtime;
    private final Told told;
    private final Map<String, List<String>> shown;
    private final List<String> lines = new ArrayList<>();
    private boolean silent;

    /** @param shown which paths of a new object are told, by kind */
    RecordingApi(FakeApi api, Runtime runtime, Told told, Map<String, List<String>> shown) {
        this.api = api;
        this.runtime = runtime;
        this.told = told;
        this.shown = shown;
    }

    /** What was noted since this was last asked. */
    List<String> taken() {
        List<String> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }

    /** From now on events are not noted: a loop that is started anew may tell again what it told before. */
    void withoutEvents() {
        silent = true;
    }

    @Override
    public Watch watch(ApiRequest request, WatchListener listener) {
        return api.watch(request, listener);
    }

    @Override
    public ObjectValue call(ApiRequest request) {
        if (!request.verb().isWrite()) {
            return api.call(request);
        }
        ResourcePath path = request.path();
        if (path.plural().equals("events")) {
            return event(request);
        }
        return switch (request.verb()) {
            case CREATE -> create(request);
            case UPDATE, PATCH -> change(request);
            default -> remove(request);
        };
    }

    private ObjectValue create(ApiRequest request) {
        ResourcePath path = request.path();
        ObjectValue body = request.body() instanceof ObjectValue object ? object : ObjectValue.EMPTY;
        String wanted = path.name().isEmpty() ? body.object("metadata").string("name") : path.name();
        if (wanted.isEmpty()) {
            wanted = body.object("metadata").string("generateName");
        }
        ObjectValue made = refused("create " + subject(path, wanted), () -> api.call(request));
        if (!path.subresource().isEmpty()) {
            note(path.subresource() + " " + subject(path, path.name()), List.of());
            return made;
        }
        told.meet(made);
        ObjectValue metadata = made.object("metadata");
        String of = metadata.list("ownerReferences").objects().stream()
                .filter(owner -> owner.bool("controller"))
                .map(owner -> " of " + owner.string("kind") + "/" + told.plain(owner.string("name")))
                .findFirst()
                .orElse("");
        note(
                "create " + subject(path, metadata.string("name")) + of,
                told.shown(made, shown.getOrDefault(kind(path), List.of())));
        return made;
    }

    private ObjectValue change(ApiRequest request) {
        ResourcePath path = request.path();
        String what = (path.subresource().isEmpty() ? "update" : path.subresource()) + " " + subject(path, path.name());
        ResourcePath read = path.subresource().equals("scale") ? path : path.withSubresource("");
        ObjectValue before =
                refused(what, () -> api.call(ApiRequest.of(Verb.GET, read, Query.NONE, ObjectValue.EMPTY)));
        ObjectValue after = refused(what, () -> api.call(request));
        List<String> changes = told.changes(before, after);
        note(what, changes.isEmpty() ? List.of("nothing") : changes);
        return after;
    }

    private ObjectValue remove(ApiRequest request) {
        ResourcePath path = request.path();
        String policy = request.body() instanceof ObjectValue body ? body.string("propagationPolicy") : "";
        String what = (path.name().isEmpty() ? "delete all " + path.plural() : "delete " + subject(path, path.name()))
                + (policy.isEmpty() ? "" : " (" + policy + ")");
        ObjectValue answer = refused(what, () -> api.call(request));
        note(what, List.of());
        return answer;
    }

    /** Events carry names that nobody reads: the object, the reason, the source and the words are what counts. */
    private ObjectValue event(ApiRequest request) {
        ObjectValue event = api.call(request);
        if (silent) {
            return event;
        }
        ObjectValue about = event.object("involvedObject");
        long count = event.integer("count");
        String part = about.string("fieldPath");
        note(
                "event " + event.string("type") + " " + event.string("reason") + " about " + about.string("kind") + "/"
                        + told.plain(about.string("name"))
                        + (part.isEmpty() ? "" : " " + part)
                        + " by " + event.object("source").string("component")
                        + (count > 1 ? " (" + count + " times)" : ""),
                List.of(told.plain(event.string("message"))));
        return event;
    }

    private <T> T refused(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (ApiException refusal) {
            note(what, List.of("refused: " + told.plain(refusal.status().message())));
            throw refusal;
        }
    }

    private void note(String what, List<String> details) {
        lines.add(String.format("%-11s %s", told.since(runtime.now()), what));
        details.forEach(detail -> lines.add(INDENT + detail.replace("\n", "\n" + INDENT)));
    }

    private String subject(ResourcePath path, String name) {
        boolean apart = !path.namespace().isEmpty() && !path.namespace().equals(NAMESPACE);
        return kind(path) + "/" + (apart ? path.namespace() + "/" : "") + told.plain(name);
    }

    private static String kind(ResourcePath path) {
        return resources()
                .filter(each ->
                        each.group().equals(path.group()) && each.plural().equals(path.plural()))
                .map(ResourceDefinition::kind)
                .findFirst()
                .orElse(path.plural());
    }

    static Stream<ResourceDefinition> resources() {
        return Schemas.builtIn().resources().stream();
    }
}
