package dev.jarbor.api.codec;

import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes values as CBOR items: each number in its shortest form, each text as a byte string, keys in their order. */
final class CborWriter {
    private static final byte[] SELF_DESCRIBED = {(byte) 0xd9, (byte) 0xd9, (byte) 0xf7};

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);

    byte[] document(Value value) {
        out.writeBytes(SELF_DESCRIBED);
        item(value);
        return out.toByteArray();
    }

    private void item(Value value) {
        switch (value) {
            case ObjectValue object -> {
                head(5, object.size());
                for (int i = 0; i < object.size(); i++) {
                    text(object.name(i));
                    item(object.value(i));
                }
            }
            case ListValue list -> {
                head(4, list.size());
                list.forEach(this::item);
            }
            case StringValue(String text) -> text(text);
            case IntegerValue(long number) -> head(number < 0 ? 1 : 0, number < 0 ? ~number : number);
            case DecimalValue(double number) -> decimal(number);
            case BooleanValue(boolean truth) -> out.write(truth ? 0xf5 : 0xf4);
            case NullValue ignored -> out.write(0xf6);
        }
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        head(2, bytes.length);
        out.writeBytes(bytes);
    }

    private void head(int major, long argument) {
        int type = major << 5;
        if (argument < 24) {
            out.write(type | (int) argument);
        } else if (argument <= 0xff) {
            out.write(type | 24);
            number(argument, 1);
        } else if (argument <= 0xffff) {
            out.write(type | 25);
            number(argument, 2);
        } else if (argument <= 0xffff_ffffL) {
            out.write(type | 26);
            number(argument, 4);
        } else {
            out.write(type | 27);
            number(argument, 8);
        }
    }

    /** In the shortest of the three lengths that holds the same number. */
    private void decimal(double number) {
        float shorter = (float) number;
        short shortest = Float.floatToFloat16(shorter);
        if (Float.float16ToFloat(shortest) == number) {
            out.write(0xf9);
            number(shortest & 0xffff, 2);
        } else if (shorter == number) {
            out.write(0xfa);
            number(Float.floatToIntBits(shorter) & 0xffff_ffffL, 4);
        } else {
            out.write(0xfb);
            number(Double.doubleToLongBits(number), 8);
        }
    }

    private void number(long number, int length) {
        for (int shift = (length - 1) * 8; shift >= 0; shift -= 8) {
            out.write((int) (number >>> shift));
        }
    }
}
