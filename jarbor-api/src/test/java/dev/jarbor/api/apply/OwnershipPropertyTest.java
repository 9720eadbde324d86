package dev.jarbor.api.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What apply promises, over random schemas and random histories of applies and updates by several managers. */
class OwnershipPropertyTest {
    private static final List<String> APPLIERS = List.of("alice", "bob", "carol");
    private static final List<String> UPDATERS = List.of("kubelet", "scheduler");

    /** An object with its owners, and what has been done to it. */
    private static final class World {
        private final Random random;
        private final RandomShapes shapes;
        private final Shape.Fields shape;
        private final Ownership ownership;
        private ObjectValue live = ObjectValue.EMPTY;
        private Owners owners = Owners.NONE;
        private int clock;

        World(long seed) {
            random = new Random(seed);
            shapes = new RandomShapes(random);
            shape = withScalar(shapes.struct(2));
            ownership = new Ownership(Versions.alike(shape), UnaryOperator.identity());
            int steps = random.nextInt(8);
            for (int i = 0; i < steps; i++) {
                step();
            }
        }

        /** With one field that can always be said. */
        private static Shape.Fields withScalar(Shape.Fields shape) {
            var fields = new TreeMap<>(shape.fields());
            fields.put("z", Shape.Field.of(Shape.Leaf.ANY));
            return Shape.Fields.of(fields, null, false);
        }

        private void step() {
            if (random.nextInt(3) == 0) {
                update(UPDATERS.get(random.nextInt(UPDATERS.size())), config());
            } else {
                apply(APPLIERS.get(random.nextInt(APPLIERS.size())), config(), random.nextBoolean());
            }
        }

        /** Something to apply. */
        ObjectValue config() {
            ObjectValue config = shapes.object(shape);
            while (config.isEmpty()) {
                config = shapes.object(shape);
            }
            return config;
        }

        void update(String manager, ObjectValue fresh) {
            owners = ownership.afterUpdate(live, fresh, owners, writer(manager));
            live = fresh;
        }

        /** Whether it went through. */
        boolean apply(String manager, ObjectValue config, boolean force) {
            return switch (ownership.apply(live, config, owners, writer(manager), force)) {
                case Applied.Done(ObjectValue object, Owners after) -> {
                    live = object;
                    owners = after;
                    yield true;
                }
                case Applied.Conflicting ignored -> false;
            };
        }

        private Ownership.Writer writer(String manager) {
            return new Ownership.Writer(manager, "v1", "", "2026-01-01T00:00:%02dZ".formatted(clock++ % 60));
        }
    }

    private static Owner.Identity applier(String manager) {
        return Owner.Identity.of(manager, Owner.Operation.APPLY, "v1", "");
    }

    @Property
    void applyIsIdempotent(@ForAll long seed) {
        var world = new World(seed);
        ObjectValue config = world.config();
        world.apply("alice", config, true);
        ObjectValue once = world.live;
        Owners owners = world.owners;

        assertThat(world.apply("alice", config, false)).isTrue();

        assertThat(world.live).isEqualTo(once);
        assertThat(world.owners.entries()).isEqualTo(owners.entries());
    }

    @Property
    void appliesOfDisjointFieldsCommute(@ForAll long seed) {
        var world = new World(seed);
        List<ObjectValue> parts = world.shapes.split(world.config(), world.shape);
        ObjectValue start = world.live;
        Owners owners = world.owners;

        world.apply("dave", parts.get(0), true);
        world.apply("erin", parts.get(1), true);
        ObjectValue one = world.live;
        Owners of = world.owners;
        world.live = start;
        world.owners = owners;
        world.apply("erin", parts.get(1), true);
        world.apply("dave", parts.get(0), true);

        assertThat(world.live).isEqualTo(one);
        assertThat(timeless(world.owners)).isEqualTo(timeless(of));
    }

    @Property
    void applyWithoutForceNeverTakesWhatAnotherApplierOwns(@ForAll long seed) {
        var world = new World(seed);
        ObjectValue before = world.live;
        Owners owners = world.owners;

        world.apply("alice", world.config(), false);

        for (Owner owner : owners.list()) {
            if (owner.applies() && !owner.manager().equals("alice")) {
                FieldSet kept =
                        world.owners.find(owner.identity()).map(Owner::fields).orElse(FieldSet.EMPTY);
                assertThat(kept).isEqualTo(owner.fields());
                Comparison changed = Comparison.of(before, world.live, world.shape);
                assertThat(owner.fields().intersection(changed.written()).isEmpty())
                        .isTrue();
                assertThat(owner.fields().intersection(changed.removed()).isEmpty())
                        .isTrue();
            }
        }
    }

    @Property
    void forceMakesTheObjectWhatTheConfigurationSaysAndItsFieldsTheAppliers(@ForAll long seed) {
        var world = new World(seed);
        ObjectValue config = world.config();
        ObjectValue before = world.live;

        assertThat(world.apply("alice", config, true)).isTrue();

        FieldSet own = world.owners.find(applier("alice")).map(Owner::fields).orElse(FieldSet.EMPTY);
        assertThat(own).isEqualTo(Contents.of(config, world.shape));
        assertThat(says(world.live, config, world.shape)).isTrue();
        FieldSet written = Comparison.of(before, world.live, world.shape).written();
        for (Owner owner : world.owners.list()) {
            if (!owner.manager().equals("alice")) {
                assertThat(owner.fields().intersection(written).isEmpty()).isTrue();
            }
        }
    }

    @Property
    void whoUpdatesOwnsWhatChanged(@ForAll long seed) {
        var world = new World(seed);
        ObjectValue before = world.live;
        ObjectValue after = world.config();

        world.update("kubelet", after);

        Comparison changed = Comparison.of(before, after, world.shape);
        FieldSet own = world.owners.list().stream()
                .filter(owner -> owner.manager().equals("kubelet"))
                .findFirst()
                .map(Owner::fields)
                .orElse(FieldSet.EMPTY);
        assertThat(changed.written().difference(own).isEmpty()).isTrue();
        for (Owner owner : world.owners.list()) {
            assertThat(owner.fields().intersection(changed.removed()).isEmpty()).isTrue();
        }
    }

    /** Whoever is alone takes a shorter way; kinds whose shape may change do not. */
    @Property
    void theShortWayOfTheOnlyOwnerLeadsWhereTheLongOneDoes(@ForAll long seed) {
        var random = new Random(seed);
        var shapes = new RandomShapes(random);
        Shape.Fields shape = World.withScalar(shapes.struct(2));
        ObjectValue live = shapes.object(shape);
        ObjectValue fresh = random.nextBoolean() ? shapes.object(shape) : changed(live, random);
        var first = new Ownership.Writer("kubelet", "v1", "", "2026-01-01T00:00:00Z");
        var second = new Ownership.Writer("kubelet", "v1", "", "2026-01-01T00:00:10Z");
        var shorter = new Ownership(Versions.alike(shape), UnaryOperator.identity());
        var longer = new Ownership(changing(shape), UnaryOperator.identity());
        Owners owners = shorter.afterUpdate(ObjectValue.EMPTY, live, Owners.NONE, first);

        Owners after = shorter.afterUpdate(live, fresh, owners, second);

        assertThat(after.entries())
                .isEqualTo(longer.afterUpdate(live, fresh, owners, second).entries());
    }

    /** With another value, of the same kind, in some of the places where there is text. */
    private static ObjectValue changed(ObjectValue object, Random random) {
        ObjectValue changed = object;
        for (String name : object.names()) {
            Value value = object.valueOrNull(name);
            if (value instanceof ObjectValue inside) {
                changed = changed.with(name, changed(inside, random));
            } else if (!(value instanceof ListValue) && random.nextInt(3) == 0) {
                changed = changed.with(name, "another");
            }
        }
        return changed;
    }

    private static Versions changing(Shape shape) {
        Versions alike = Versions.alike(shape);
        return new Versions() {
            @Override
            public Optional<Shape> shape(String apiVersion) {
                return alike.shape(apiVersion);
            }

            @Override
            public ObjectValue convert(ObjectValue object, String from, String to) {
                return object;
            }

            @Override
            public boolean mayChangeShape() {
                return true;
            }
        };
    }

    @Property
    void nobodyOwnsWhatIsNotThere(@ForAll long seed) {
        var world = new World(seed);
        FieldSet all = Comparison.of(ObjectValue.EMPTY, world.live, world.shape).added();

        for (Owner owner : world.owners.list()) {
            assertThat(owner.fields().difference(all).isEmpty())
                    .as("%s of %s", owner, world.live)
                    .isTrue();
        }
    }

    @Property
    void setsReadBackAsTheyWereWritten(@ForAll long seed) {
        var world = new World(seed);

        assertThat(Owners.read(world.owners.entries()).orElseThrow().entries()).isEqualTo(world.owners.entries());
    }

    private static Map<Owner.Identity, FieldSet> timeless(Owners owners) {
        var fields = new TreeMap<Owner.Identity, FieldSet>();
        owners.list().forEach(owner -> fields.put(owner.identity(), owner.fields()));
        return fields;
    }

    /** Whether {@code object} has everything that {@code config} says. */
    private static boolean says(Value object, Value config, Shape shape) {
        return switch (shape.as(config)) {
            case Shape.Fields fields
            when !fields.atomic() && config instanceof ObjectValue said && !said.isEmpty() ->
                object instanceof ObjectValue has
                        && said.names().stream()
                                .allMatch(name -> has.has(name)
                                        && says(
                                                has.valueOrNull(name),
                                                said.valueOrNull(name),
                                                fields.inside(Elements.field(name))));
            case Shape.Items list
            when list.listing() != Shape.Listing.ATOMIC && config instanceof ListValue said ->
                said.isEmpty()
                        || (object instanceof ListValue has
                                && said.stream()
                                        .allMatch(item -> has.stream()
                                                .anyMatch(other ->
                                                        ListKeys.of(list, item).equals(ListKeys.of(list, other))
                                                                && says(other, item, list.item()))));
            case Shape.Fields ignored when config.equals(ObjectValue.EMPTY) -> !(object instanceof NullValue);
            default -> config.equals(object);
        };
    }
}
