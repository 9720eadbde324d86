package dev.jarbor.controllers.storageversion;

import dev.jarbor.api.apiserverinternal.v1alpha1.ServerStorageVersion;
import dev.jarbor.api.apiserverinternal.v1alpha1.StorageVersion;
import dev.jarbor.api.apiserverinternal.v1alpha1.StorageVersionCondition;
import dev.jarbor.api.apiserverinternal.v1alpha1.StorageVersionStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What is left of a StorageVersion when the servers that are gone no longer count.
 *
 * @param changed whether one of them is gone
 * @param empty whether none is left, so that the object goes
 */
record Remaining(boolean changed, boolean empty, StorageVersion version) {
    private static final String EQUAL = "AllEncodingVersionsEqual";

    /** @param present whether the API server of that id is there */
    static Remaining of(StorageVersion version, Predicate<String> present, Instant now) {
        List<ServerStorageVersion> all = version.status().storageVersions();
        List<ServerStorageVersion> left = all.stream()
                .filter(server -> present.test(server.apiServerID()))
                .toList();
        boolean changed = left.size() < all.size();
        return new Remaining(
                changed,
                changed && left.isEmpty(),
                changed ? version.withStatus(agreed(version.status().withStorageVersions(left), now)) : version);
    }

    private static StorageVersionStatus agreed(StorageVersionStatus status, Instant now) {
        List<String> encodings = status.storageVersions().stream()
                .map(ServerStorageVersion::encodingVersion)
                .distinct()
                .toList();
        boolean equal = encodings.size() == 1;
        StorageVersionStatus agreed =
                equal ? status.withCommonEncodingVersion(encodings.getFirst()) : status.withoutCommonEncodingVersion();
        return agreed.withConditions(conditions(status, equal, now));
    }

    private static List<StorageVersionCondition> conditions(StorageVersionStatus status, boolean equal, Instant now) {
        String truth = equal ? "True" : "False";
        var conditions = new ArrayList<StorageVersionCondition>();
        Instant since = now;
        for (StorageVersionCondition condition : status.conditions()) {
            if (!condition.type().equals(EQUAL)) {
                conditions.add(condition);
            } else if (condition.status().equals(truth)) {
                since = condition.lastTransitionTime().orElse(now);
            }
        }
        conditions.add(StorageVersionCondition.EMPTY
                .withType(EQUAL)
                .withStatus(truth)
                .withReason(equal ? "CommonEncodingVersionSet" : "CommonEncodingVersionUnset")
                .withMessage(equal ? "Common encoding version set" : "Common encoding version unset")
                .withLastTransitionTime(since));
        return conditions;
    }
}
