package dev.jarbor.client.fake;

import dev.jarbor.api.select.FieldSelector;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.WatchEvent;
import java.util.Optional;

/** Which objects a list or watch asks for. Any field may be selected by its path, not only those a server indexes. */
record Selection(Selector labels, FieldSelector fields, String name) {
    static Selection of(ApiRequest request) {
        try {
            return new Selection(
                    Selector.parse(request.query().string("labelSelector")),
                    FieldSelector.parse(request.query().string("fieldSelector")),
                    request.path().name());
        } catch (InvalidSelectorException meaningless) {
            throw ApiException.badRequest(String.valueOf(meaningless.getMessage()));
        }
    }

    boolean matches(ObjectValue object) {
        ObjectValue metadata = object.object("metadata");
        return (name.isEmpty() || name.equals(metadata.string("name")))
                && labels.matches(metadata.object("labels").strings())
                && fields.matches(path -> field(object, path));
    }

    /** The event a watch with this selection sees: what enters the selection is added, what leaves it deleted. */
    Optional<WatchEvent> seen(FakeStore.Entry entry) {
        boolean was = !entry.before().isEmpty() && matches(entry.before());
        boolean is = !entry.deleted() && matches(entry.after());
        if (is) {
            return Optional.of(new WatchEvent(was ? WatchEvent.Type.MODIFIED : WatchEvent.Type.ADDED, entry.after()));
        }
        return was ? Optional.of(new WatchEvent(WatchEvent.Type.DELETED, entry.after())) : Optional.empty();
    }

    private static String field(ObjectValue object, String path) {
        Value found = object.at(path.split("\\.", -1));
        return found instanceof NullValue ? "" : found.toString();
    }
}
