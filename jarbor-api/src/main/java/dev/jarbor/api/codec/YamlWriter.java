package dev.jarbor.api.codec;

import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.emitter.Emitter;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.ImplicitTuple;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.events.StreamStartEvent;

/**
 * Writes a value the way {@code kubectl get -o yaml} does: block style, two spaces, lists not indented, folded at 80.
 */
final class YamlWriter {
    private static final DumpSettings SETTINGS = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setIndent(2)
            .setWidth(80)
            .build();
    private static final ImplicitTuple NO_TAG = new ImplicitTuple(true, true);

    private final Emitter emitter;

    private YamlWriter(StreamDataWriter target) {
        emitter = new Emitter(SETTINGS, target);
    }

    static String text(Value value) {
        var target = new Text();
        new YamlWriter(target).document(value);
        return target.toString();
    }

    private void document(Value value) {
        emitter.emit(new StreamStartEvent());
        emitter.emit(new DocumentStartEvent(false, Optional.empty(), Map.of()));
        value(value);
        emitter.emit(new DocumentEndEvent(false));
        emitter.emit(new StreamEndEvent());
    }

    private void value(Value value) {
        switch (value) {
            case ObjectValue object -> object(object);
            case ListValue list -> list(list);
            case StringValue(String text) -> string(text);
            case DecimalValue(double number) -> plain(decimal(number));
            case IntegerValue(long number) -> plain(Long.toString(number));
            case BooleanValue(boolean truth) -> plain(Boolean.toString(truth));
            case NullValue ignored -> plain("null");
        }
    }

    private void object(ObjectValue object) {
        emitter.emit(new MappingStartEvent(Optional.empty(), Optional.empty(), true, FlowStyle.BLOCK));
        var names = new ArrayList<>(object.names());
        names.sort(NaturalOrder.INSTANCE);
        for (String name : names) {
            string(name);
            value(object.valueOrNull(name));
        }
        emitter.emit(new MappingEndEvent());
    }

    private void list(ListValue list) {
        emitter.emit(new SequenceStartEvent(Optional.empty(), Optional.empty(), true, FlowStyle.BLOCK));
        for (Value item : list) {
            value(item);
        }
        emitter.emit(new SequenceEndEvent());
    }

    private void string(String text) {
        String sound = Surrogates.repaired(text);
        if (sound.chars().anyMatch(YamlWriter::isInvisible)) {
            scalar(sound, ScalarStyle.DOUBLE_QUOTED);
        } else if (sound.indexOf('\n') >= 0) {
            scalar(sound, ScalarStyle.LITERAL);
        } else {
            scalar(sound, YamlScalars.needsQuotes(sound) ? ScalarStyle.DOUBLE_QUOTED : ScalarStyle.PLAIN);
        }
    }

    /**
     * Characters that must be escaped: what the emitter takes for line breaks in YAML 1.1 but not in 1.2, and controls.
     */
    private static boolean isInvisible(int c) {
        return c == 0x2028
                || c == 0x2029
                || c == 0xFEFF
                || c > 0xFFFD
                || (c < ' ' && c != '\n' && c != '\t')
                || (c >= 0x7f && c < 0xa0);
    }

    private void plain(String text) {
        scalar(text, ScalarStyle.PLAIN);
    }

    private void scalar(String text, ScalarStyle style) {
        emitter.emit(new ScalarEvent(Optional.empty(), Optional.empty(), NO_TAG, text, style));
    }

    /** What the reference makes of the number's JSON: a whole number of 64 bits has no exponent. */
    private static String decimal(double number) {
        GoFloat digits = GoFloat.of(number);
        return YamlScalars.plain(digits.json()) instanceof IntegerValue(long whole)
                ? Long.toString(whole)
                : digits.general();
    }

    private static final class Text implements StreamDataWriter {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void write(String part) {
            text.append(part);
        }

        @Override
        public void write(String part, int offset, int length) {
            text.append(part, offset, offset + length);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
