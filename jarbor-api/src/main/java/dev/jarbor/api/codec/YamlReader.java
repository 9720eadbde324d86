package dev.jarbor.api.codec;

import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Builds values from the events of a stream of documents. An alias shares the value it refers to, so a document that
 * multiplies itself through aliases costs no memory here; it is refused all the same, once it has come to more values
 * than the limit, because whoever prints or walks the value would pay.
 */
final class YamlReader {
    private static final String TAGS = "tag:yaml.org,2002:";
    private static final int MOST_DUPLICATES = 100;

    /** What an anchor names: a value and how many values that comes to. */
    private record Anchored(Value value, int size) {}

    private final Iterator<Event> events;
    private final Limits limits;
    private final Map<String, Anchored> anchors = new HashMap<>();
    private final Set<String> openAnchors = new HashSet<>();
    private final Set<String> duplicates = new LinkedHashSet<>();
    private int nodes;
    private int aliases;
    private int depth;

    private YamlReader(Iterator<Event> events, Limits limits) {
        this.events = events;
        this.limits = limits;
    }

    static List<Decoded> read(byte[] text, Limits limits) {
        var settings =
                LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
        try {
            var events = new Parse(settings).parseInputStream(new ByteArrayInputStream(text));
            return new YamlReader(events.iterator(), limits).documents();
        } catch (MarkedYamlEngineException fault) {
            throw marked(fault);
        } catch (YamlEngineException fault) {
            var failure = DecodeException.yaml(
                    DecodeException.Problem.SYNTAX, oneLine(String.valueOf(fault.getMessage())), 0, 0);
            failure.initCause(fault);
            throw failure;
        }
    }

    private static DecodeException marked(MarkedYamlEngineException fault) {
        Optional<Mark> mark = fault.getProblemMark();
        var failure = DecodeException.yaml(
                DecodeException.Problem.SYNTAX,
                oneLine(fault.getProblem()),
                mark.map(place -> place.getLine() + 1).orElse(0),
                mark.map(place -> place.getColumn() + 1).orElse(0));
        failure.initCause(fault);
        return failure;
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\n\\s*", " ");
    }

    private List<Decoded> documents() {
        var documents = new ArrayList<Decoded>();
        while (events.hasNext()) {
            Event event = events.next();
            if (event.getEventId() == Event.ID.DocumentStart) {
                anchors.clear();
                duplicates.clear();
                Value value = value(events.next());
                if (!(value instanceof NullValue)) {
                    documents.add(new Decoded(value, List.copyOf(duplicates)));
                }
            }
        }
        return documents;
    }

    private Value value(Event event) {
        return finite(key(event), event);
    }

    private Value node(Event event) {
        count(1);
        if (event instanceof ScalarEvent scalar) {
            return scalar(scalar);
        }
        if (++depth > limits.depth()) {
            throw DecodeException.limit("exceeded max depth");
        }
        Value collection = event.getEventId() == Event.ID.SequenceStart ? list() : object();
        depth--;
        return collection;
    }

    private ListValue list() {
        var items = new ArrayList<Value>();
        for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
            items.add(value(next));
        }
        return ListValue.of(items);
    }

    private ObjectValue object() {
        var fields = ObjectValue.builder();
        var own = new HashSet<String>();
        for (Event key = events.next(); key.getEventId() != Event.ID.MappingEnd; key = events.next()) {
            if (isMerge(key)) {
                merge(events.next(), fields);
                continue;
            }
            Value keyValue = key(key);
            String name = FieldNames.known(name(keyValue, key));
            Event start = events.next();
            fields.put(name, value(start));
            if (!own.add(name) && duplicates.size() < MOST_DUPLICATES) {
                duplicates.add("line " + line(start) + ": key " + shown(keyValue) + " already set in map");
            }
        }
        return fields.build();
    }

    private Value key(Event event) {
        return event instanceof AliasEvent alias ? aliased(alias) : anchored(event);
    }

    /** A merge key's value gives fields of its own, which later ones replace. */
    private void merge(Event event, ObjectValue.Builder fields) {
        Value merged = value(event);
        if (merged instanceof ObjectValue object) {
            object.forEach(fields::put);
        } else if (merged instanceof ListValue list && list.stream().allMatch(ObjectValue.class::isInstance)) {
            list.objects().reversed().forEach(object -> object.forEach(fields::put));
        } else {
            throw fault("map merge requires map or sequence of maps as the value", event);
        }
    }

    private static boolean isMerge(Event key) {
        return key instanceof ScalarEvent scalar
                && scalar.getValue().equals("<<")
                && (scalar.getTag().isEmpty()
                        ? scalar.getScalarStyle() == ScalarStyle.PLAIN
                        : scalar.getTag().get().equals(TAGS + "merge"));
    }

    private Value aliased(AliasEvent alias) {
        String name = alias.getAlias().getValue();
        if (openAnchors.contains(name)) {
            throw fault("anchor '" + name + "' value contains itself", alias);
        }
        Anchored target = anchors.get(name);
        if (target == null) {
            throw fault("unknown anchor '" + name + "' referenced", alias);
        }
        if (++aliases > limits.aliases()) {
            throw DecodeException.limit("document contains excessive aliasing");
        }
        count(target.size());
        return target.value();
    }

    private Value anchored(Event event) {
        Optional<String> anchor = anchorOf(event);
        anchor.ifPresent(openAnchors::add);
        int before = nodes;
        Value value = node(event);
        anchor.ifPresent(name -> {
            openAnchors.remove(name);
            anchors.put(name, new Anchored(value, nodes - before));
        });
        return value;
    }

    private static Optional<String> anchorOf(Event event) {
        return switch (event) {
            case ScalarEvent scalar -> scalar.getAnchor().map(anchor -> anchor.getValue());
            case CollectionStartEvent start -> start.getAnchor().map(anchor -> anchor.getValue());
            default -> Optional.empty();
        };
    }

    private void count(int more) {
        if (more > limits.nodes() - nodes) {
            throw DecodeException.limit(
                    aliases > 0 ? "document contains excessive aliasing" : "document contains too many values");
        }
        nodes += more;
    }

    private static Value scalar(ScalarEvent scalar) {
        String text = Surrogates.repaired(scalar.getValue());
        String tag = scalar.getTag().orElse("");
        if (tag.isEmpty()) {
            return scalar.getScalarStyle() == ScalarStyle.PLAIN ? YamlScalars.plain(text) : Value.of(text);
        }
        return tag.startsWith(TAGS) ? tagged(tag.substring(TAGS.length()), text, scalar) : Value.of(text);
    }

    private static Value tagged(String tag, String text, ScalarEvent scalar) {
        return switch (tag) {
            case "bool", "int", "float", "null" -> converted(tag, text, scalar);
            case "binary" -> binary(text, scalar);
            default -> Value.of(text);
        };
    }

    private static Value converted(String tag, String text, ScalarEvent scalar) {
        Value plain = YamlScalars.plain(text);
        boolean widened = tag.equals("float") && plain instanceof IntegerValue;
        if (!widened && !YamlScalars.tag(plain).equals("!!" + tag)) {
            throw fault("cannot decode " + YamlScalars.tag(plain) + " `" + text + "` as a !!" + tag, scalar);
        }
        return plain;
    }

    private static Value binary(String text, ScalarEvent scalar) {
        try {
            return Value.of(new String(Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException invalid) {
            throw fault("!!binary value contains invalid base64 data", scalar);
        }
    }

    /** A decimal as it comes out of the JSON that the reference makes of the document: whole ones are integers. */
    private static Value finite(Value value, Event event) {
        if (!(value instanceof DecimalValue(double number))) {
            return value;
        }
        if (!Double.isFinite(number)) {
            throw fault(
                    "json: unsupported value: " + (Double.isNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf"), event);
        }
        boolean whole = number == Math.rint(number) && Math.abs(number) < 0x1p63;
        return whole ? Value.of((long) number) : value;
    }

    /** The string that a key becomes. */
    private static String name(Value key, Event event) {
        return switch (key) {
            case StringValue(String text) -> text;
            case DecimalValue(double number) -> name((float) number);
            case NullValue ignored -> throw fault("unsupported map key of type: null", event);
            case ObjectValue ignored -> throw fault("invalid map key", event);
            case ListValue ignored -> throw fault("invalid map key", event);
            default -> key.toString();
        };
    }

    /** The reference prints keys with the precision of 32 bits, in which large ones are infinite. */
    private static String name(float number) {
        if (Float.isNaN(number)) {
            return ".nan";
        }
        if (Float.isInfinite(number)) {
            return number > 0 ? ".inf" : "-.inf";
        }
        return GoFloat.ofFloat(number).general();
    }

    private static String shown(Value key) {
        return key instanceof StringValue(String text) ? GoText.quote(text) : key.toString();
    }

    private static int line(Event event) {
        return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    private static DecodeException fault(String message, Event event) {
        int column = event.getStartMark().map(mark -> mark.getColumn() + 1).orElse(0);
        return DecodeException.yaml(DecodeException.Problem.SHAPE, message, line(event), column);
    }
}
