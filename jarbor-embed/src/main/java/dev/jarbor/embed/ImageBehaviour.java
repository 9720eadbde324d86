package dev.jarbor.embed;

import dev.jarbor.node.simulated.Behaviour;
import dev.jarbor.node.simulated.Conversation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * How containers of one image behave, said step by step: {@code forImage("web:1").exits(1).thenRuns().readyAfter(…)} fails
 * once and is well after its restart. What is said is about the last of the instances that were spoken of.
 */
public final class ImageBehaviour {
    private final Consumer<Behaviour> told;
    private final List<Behaviour> instances = new ArrayList<>(List.of(Behaviour.SERVES));

    ImageBehaviour(Consumer<Behaviour> told) {
        this.told = told;
    }

    private ImageBehaviour change(UnaryOperator<Behaviour> change) {
        instances.set(instances.size() - 1, change.apply(instances.getLast()));
        return tell();
    }

    private ImageBehaviour tell() {
        told.accept(instances.getFirst().withThen(instances.subList(1, instances.size())));
        return this;
    }

    /** How long it takes to start. */
    public ImageBehaviour startsAfter(Duration delay) {
        return change(behaviour -> behaviour.withStarts(delay));
    }

    /** How long after its start its probes begin to succeed. */
    public ImageBehaviour readyAfter(Duration delay) {
        return change(behaviour -> behaviour.withReadyAfter(delay));
    }

    /** It exits at once. */
    public ImageBehaviour exits(int code) {
        return exits(code, Duration.ZERO);
    }

    /** It exits by itself when it has run for so long. */
    public ImageBehaviour exits(int code, Duration after) {
        return change(behaviour -> behaviour.withExit(after, code));
    }

    /** How long it takes to end when asked to; longer than its grace period, and it is killed. */
    public ImageBehaviour stopsAfter(Duration delay) {
        return change(behaviour -> behaviour.withStops(delay));
    }

    /** Its image cannot be pulled. */
    public ImageBehaviour pullFails(String message) {
        return change(behaviour -> behaviour.withPullFailure(message));
    }

    /** It cannot be started. */
    public ImageBehaviour startFails(String message) {
        return change(behaviour -> behaviour.withStartFailure(message));
    }

    /** It writes these lines when it starts. */
    public ImageBehaviour logs(String... lines) {
        return logs(Arrays.stream(lines)
                .map(line -> new Conversation.Line(Duration.ZERO, line))
                .toList());
    }

    /** It writes these lines, each so long after its start. */
    public ImageBehaviour logs(List<Conversation.Line> lines) {
        return change(
                behaviour -> behaviour.withConversation(behaviour.conversation().withLog(lines)));
    }

    /** What exec in it does, and probes that run commands. */
    public ImageBehaviour exec(Conversation.Commands commands) {
        return change(
                behaviour -> behaviour.withConversation(behaviour.conversation().withCommands(commands)));
    }

    /** What its main process does with those who attach to it; without this they see what its log gets from then on. */
    public ImageBehaviour attach(Conversation.Process process) {
        return change(
                behaviour -> behaviour.withConversation(behaviour.conversation().withProcess(process)));
    }

    /** What it answers to HTTP on all of its ports. */
    public ImageBehaviour http(Conversation.Http handler) {
        return change(
                behaviour -> behaviour.withConversation(behaviour.conversation().withHttp(handler)));
    }

    /** After its next restart it serves; what follows is about that instance. */
    public ImageBehaviour thenRuns() {
        instances.add(Behaviour.SERVES.withConversation(instances.getLast().conversation()));
        return tell();
    }

    /** After its next restart it exits again; what follows is about that instance. */
    public ImageBehaviour thenExits(int code, Duration after) {
        instances.add(Behaviour.exits(after, code)
                .withConversation(instances.getLast().conversation()));
        return tell();
    }
}
