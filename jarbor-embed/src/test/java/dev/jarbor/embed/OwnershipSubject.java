package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.DeleteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Objects that belong to others, over three generations and to several, which are deleted in all three ways: nothing goes
 * whose owner stays, in the foreground an owner goes last, orphans stay, and in the end nobody names an owner that is gone.
 */
final class OwnershipSubject implements Subject {
    private static final String RESOURCE = "configmaps";

    private final Jarbor cluster;
    /** What was left to itself on purpose. */
    private final TreeSet<String> orphaned = new TreeSet<>();

    private int made;

    OwnershipSubject(Jarbor cluster) {
        this.cluster = cluster;
    }

    @Override
    public void begin() {
        // families come and go
    }

    @Override
    public void act(RandomGenerator chance) {
        List<ObjectValue> heads = Moment.of(cluster).all(RESOURCE).stream()
                .filter(one -> Moment.name(one).startsWith("head-") && !Moment.leaving(one))
                .toList();
        if (heads.isEmpty() || chance.nextInt(5) < 2) {
            found(heads, chance);
        } else {
            end(heads.get(chance.nextInt(heads.size())), chance);
        }
    }

    /** A new family: its head, those below it, some of which belong to another head, too, and those below these. */
    private void found(List<ObjectValue> heads, RandomGenerator chance) {
        int family = ++made;
        ConfigMap head = create("head-" + family, List.of());
        for (int child = 0; child < 1 + chance.nextInt(3); child++) {
            var owners = new ArrayList<OwnerReference>();
            owners.add(owner(head, chance.nextBoolean()));
            if (!heads.isEmpty() && chance.nextInt(4) == 0) {
                owners.add(owner(new ConfigMap(heads.get(chance.nextInt(heads.size()))), chance.nextBoolean()));
            }
            ConfigMap below = create("child-" + family + "-" + child, owners);
            if (chance.nextBoolean()) {
                create("grandchild-" + family + "-" + child, List.of(owner(below, true)));
            }
        }
    }

    private ConfigMap create(String name, List<OwnerReference> owners) {
        ConfigMap named = ConfigMap.named("default", name);
        return cluster.api()
                .create(ConfigMap.KIND, named.withMetadata(named.metadata().withOwnerReferences(owners)));
    }

    private static OwnerReference owner(ConfigMap owner, boolean blocks) {
        return OwnerReference.EMPTY
                .withApiVersion("v1")
                .withKind("ConfigMap")
                .withName(owner.name())
                .withUid(owner.metadata().uid())
                .withBlockOwnerDeletion(blocks);
    }

    private void end(ObjectValue head, RandomGenerator chance) {
        String policy = List.of("Background", "Foreground", "Orphan").get(chance.nextInt(3));
        Moment before = Moment.of(cluster);
        cluster.api()
                .delete(
                        ConfigMap.KIND,
                        new ObjectKey("default", Moment.name(head)),
                        DeleteOptions.NONE.propagation(policy));
        if (policy.equals("Orphan")) {
            before.owned(RESOURCE, Moment.uid(head)).stream()
                    .filter(one -> Moment.owners(one).size() == 1 && !Moment.leaving(one))
                    .forEach(one -> orphaned.add(Moment.name(one)));
        }
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        Map<ObjectKey, ObjectValue> present = now.snapshot().all(RESOURCE);
        Map<ObjectKey, ObjectValue> earlier = before.snapshot().all(RESOURCE);
        if (present.size() >= earlier.size()) {
            return; // one write deletes or creates one object
        }
        earlier.forEach((key, object) -> {
            if (!present.containsKey(key)) {
                gone(object, now, findings);
            }
        });
    }

    private static void gone(ObjectValue object, Moment now, Findings findings) {
        String name = Moment.name(object);
        List<String> finalizers = finalizers(object);
        for (ObjectValue reference : Moment.owners(object)) {
            boolean stays = now.owner(reference)
                    .filter(owner ->
                            !(Moment.leaving(owner) && finalizers(owner).contains("foregroundDeletion")))
                    .isPresent();
            findings.require(!stays, name + " was deleted though " + reference.string("name") + " is there");
        }
        for (ObjectValue below : now.owned(RESOURCE, Moment.uid(object))) {
            boolean blocks = Moment.owners(below).stream()
                    .anyMatch(owner ->
                            owner.string("uid").equals(Moment.uid(object)) && owner.bool("blockOwnerDeletion"));
            findings.require(
                    !(blocks && finalizers.contains("foregroundDeletion")),
                    name + " went before " + Moment.name(below));
            findings.require(
                    !finalizers.contains("orphan"), name + " went before " + Moment.name(below) + " was let go");
        }
    }

    private static List<String> finalizers(ObjectValue object) {
        return object.object("metadata").list("finalizers").strings();
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        for (String name : orphaned) {
            if (now.find(RESOURCE, name)
                    .filter(one -> Moment.owners(one).isEmpty() && !Moment.leaving(one))
                    .isEmpty()) {
                return Optional.of(name + " was to be left to itself: " + now.find(RESOURCE, name));
            }
        }
        List<String> leaving = now.all(RESOURCE).stream()
                .filter(Moment::leaving)
                .map(Moment::name)
                .toList();
        List<String> orphans = now.orphans();
        return leaving.isEmpty() && orphans.isEmpty()
                ? Optional.empty()
                : Optional.of("orphans are left: " + orphans + ", and what is still to go: " + leaving);
    }
}
