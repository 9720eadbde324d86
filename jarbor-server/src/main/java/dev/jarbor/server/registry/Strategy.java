package dev.jarbor.server.registry;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is special about the objects of one kind: pure functions from objects to objects and errors. The generic
 * behaviour (metadata, status, generation, optimistic locking) is the server's; a kind that needs nothing beyond it uses
 * {@link #PLAIN}. What one word can say (may a PUT create, how names look, which fields selectors know) stands in {@link
 * KindFacts}.
 *
 * <p>All objects are in the version in which the kind is stored.
 */
public interface Strategy {
    /** Nothing special. */
    Strategy PLAIN = new Strategy() {};

    /** Fills in what a client left open. Runs on every object that a request brings, so it must be idempotent. */
    default ObjectValue withDefaults(ObjectValue object) {
        return object;
    }

    /** Whether a new object may bring its own status, as a node does that registers itself. */
    default boolean isBornWithStatus() {
        return false;
    }

    /** Puts a new object into its first state; a status that a client sent has been removed before. */
    default ObjectValue beforeCreate(ObjectValue object) {
        return object;
    }

    /** Takes back what an update of the object itself may not touch; the status has been taken back before. */
    default ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        return after;
    }

    /** Takes back what an update of the status may not touch; spec and labels have been taken back before. */
    default ObjectValue beforeStatusUpdate(ObjectValue before, ObjectValue after) {
        return after;
    }

    /** Whether a change asks something new: one of anything but metadata and status. */
    default boolean isNewGeneration(ObjectValue before, ObjectValue after) {
        return !before.without("metadata")
                .without("status")
                .equals(after.without("metadata").without("status"));
    }

    /** What is wrong with the object, apart from its metadata. */
    default List<FieldError> validate(ObjectValue object) {
        return List.of();
    }

    /** What is wrong with the change; {@link #validate} of the object afterwards is asked apart. */
    default List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
        return List.of();
    }

    /** What is wrong with an update of the object itself, in itself and as a change. */
    default List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var errors = new ArrayList<>(validate(after));
        errors.addAll(validateUpdate(before, after));
        return errors;
    }

    /**
     * The same of a kind that does not blame an update for everything that is wrong.
     *
     * @param warnings is told what was wrong before
     */
    default List<FieldError> validateReplacement(ObjectValue before, ObjectValue after, Consumer<String> warnings) {
        return validateReplacement(before, after);
    }

    /** Takes back what an update through a subresource that is a part of the object may not touch. */
    default ObjectValue beforePartUpdate(String subresource, ObjectValue before, ObjectValue after) {
        return after;
    }

    /** What is wrong with a change through a subresource that is a part of the object. */
    default List<FieldError> validatePartUpdate(String subresource, ObjectValue before, ObjectValue after) {
        return validate(after);
    }

    /** What is wrong with a change of the status. */
    default List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        return List.of();
    }

    /** The same, as for updates of the object itself. */
    default List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after, Consumer<String> warnings) {
        return validateStatusUpdate(before, after);
    }

    /** What the client's user should know although nothing is wrong. */
    default List<String> warnings(ObjectValue object) {
        return List.of();
    }

    /** What the client's user should know about an update although nothing is wrong. */
    default List<String> updateWarnings(ObjectValue before, ObjectValue after) {
        return warnings(after);
    }

    /**
     * How long an object may take to stop once deleted, in seconds; 0 for at once.
     *
     * @param asked the grace period that the client asked for, -1 for none
     */
    default long deletionGrace(ObjectValue object, long asked) {
        return 0;
    }

    /** What changes in the object itself when it is marked as being deleted. */
    default ObjectValue onDeletionMark(ObjectValue object) {
        return object;
    }

    /** Whether something of the kind's own, beside finalizers, still keeps a deleted object in place. */
    default boolean holdsDeletion(ObjectValue object) {
        return false;
    }
}
