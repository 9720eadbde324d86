package dev.jarbor.client.fake;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Details;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.status.GroupKind;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.ResourcePath;
import java.util.Arrays;
import java.util.List;

/** The answers of a {@link FakeApi} that are no objects, in the reference's words. */
final class Refusal {
    private Refusal() {}

    static ApiException notFound(ResourcePath path) {
        return ApiException.notFound(resource(path), path.name());
    }

    static ApiException alreadyExists(ResourcePath path) {
        return ApiException.alreadyExists(resource(path), path.name());
    }

    static ApiException conflict(ResourcePath path) {
        return ApiException.conflict(resource(path), path.name());
    }

    static ApiException conflict(ResourcePath path, String why) {
        return ApiException.conflict(resource(path), path.name(), why);
    }

    static ApiException uidConflict(ResourcePath path, String asked, String found) {
        return conflict(path, "Precondition failed: UID in precondition: " + asked + ", UID in object meta: " + found);
    }

    static ApiException uidOfNothing(ResourcePath path, String asked) {
        return conflict(
                path,
                "uid mismatch: the provided object specified uid " + asked + ", and no existing object was found");
    }

    static ApiException invalid(ResourcePath path, String detail) {
        // Names the resource where a server names the kind: a path does not know the kind.
        return ApiException.invalid(
                new GroupKind(path.group(), path.plural()),
                path.name(),
                List.of(FieldError.required(FieldPath.of("metadata", "name"), detail)));
    }

    static ApiException noSuchSubresource(ResourcePath path) {
        return ApiException.unknownResource();
    }

    static ApiException unsupportedPatch(PatchType refused) {
        return ApiException.unsupportedMediaType(Arrays.stream(PatchType.values())
                .filter(type -> type != refused && type != PatchType.APPLY)
                .map(PatchType::mediaType)
                .toList());
    }

    static ObjectValue expired(long from, long oldest) {
        return ApiException.tooOldResourceVersion(from, oldest).status().value();
    }

    static ObjectValue success(ResourcePath path) {
        return ApiStatus.success(Details.of(resource(path), path.name())).value();
    }

    private static GroupResource resource(ResourcePath path) {
        return new GroupResource(path.group(), path.plural());
    }
}
