package dev.jarbor.api.codec;

import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Reads one CBOR item. Lengths that a document claims are believed only as far as its bytes reach. */
final class CborReader {
    private static final int INDEFINITE = 31;
    private static final int BREAK = 0xff;

    private final byte[] bytes;
    private final Limits limits;
    private int at;
    private int depth;
    private int nodes;

    CborReader(byte[] bytes, Limits limits) {
        this.bytes = bytes;
        this.limits = limits;
    }

    Value document() {
        Value value = item();
        if (at < bytes.length) {
            throw fault(bytes.length - at + " bytes of extraneous data starting at index " + at);
        }
        return value;
    }

    private Value item() {
        if (++nodes > limits.nodes()) {
            throw DecodeException.limit("cbor: too many values");
        }
        int first = octet();
        int low = first & 0x1f;
        return switch (first >> 5) {
            case 0 -> Value.of(whole(low));
            case 1 -> Value.of(~whole(low));
            case 2, 3 -> Value.of(text(octets(first >> 5, low)));
            case 4 -> nested(() -> list(low));
            case 5 -> nested(() -> object(low));
            case 6 -> nested(() -> tagged(argument(low)));
            default -> simple(low);
        };
    }

    private interface Content {
        Value read();
    }

    private Value nested(Content content) {
        if (++depth > limits.depth()) {
            throw DecodeException.limit("cbor: exceeded max nested level " + limits.depth());
        }
        Value value = content.read();
        depth--;
        return value;
    }

    private ListValue list(int low) {
        var items = new ArrayList<Value>();
        if (low == INDEFINITE) {
            while (!ended()) {
                items.add(item());
            }
        } else {
            for (long left = length(low); left > 0; left--) {
                items.add(item());
            }
        }
        return ListValue.of(items);
    }

    private ObjectValue object(int low) {
        var fields = ObjectValue.builder();
        int count = 0;
        if (low == INDEFINITE) {
            while (!ended()) {
                field(fields);
                count++;
            }
        } else {
            for (long left = length(low); left > 0; left--) {
                field(fields);
                count++;
            }
        }
        ObjectValue object = fields.build();
        if (object.size() < count) {
            throw fault("found duplicate map key");
        }
        return object;
    }

    private void field(ObjectValue.Builder fields) {
        if (!(item() instanceof StringValue(String name))) {
            throw DecodeException.shape(
                    "cbor: cannot unmarshal a map key that is no text into Go value of type string");
        }
        fields.put(FieldNames.known(name), item());
    }

    private Value tagged(long tag) {
        int type = (at < bytes.length ? bytes[at] & 0xff : 0) >> 5;
        if (tag >= 21 && tag <= 23 && type == 2) {
            byte[] content = octets(2, octet() & 0x1f);
            return Value.of(
                    tag == 21
                            ? Base64.getUrlEncoder().withoutPadding().encodeToString(content)
                            : tag == 22
                                    ? Base64.getEncoder().encodeToString(content)
                                    : HexFormat.of().formatHex(content));
        }
        if (tag == 2 || tag == 3) {
            throw fault("bignum is not accepted");
        }
        Value content = item();
        return tag == 1 ? time(content) : content;
    }

    private static Value time(Value seconds) {
        double epoch = switch (seconds) {
            case IntegerValue(long whole) -> whole;
            case DecimalValue(double decimal) -> decimal;
            default -> throw fault("a time is a number");
        };
        if (Math.abs(epoch) > 253_402_300_799.0) {
            throw fault("time beyond the year 9999");
        }
        long whole = (long) Math.floor(epoch);
        return Value.of(
                Instant.ofEpochSecond(whole, Math.round((epoch - whole) * 1e9)).toString());
    }

    private Value simple(int low) {
        return switch (low) {
            case 20 -> Value.of(false);
            case 21 -> Value.of(true);
            case 22 -> NullValue.NULL;
            case 25 -> decimal(Float.float16ToFloat((short) number(2)));
            case 26 -> decimal(Float.intBitsToFloat((int) number(4)));
            case 27 -> decimal(Double.longBitsToDouble(number(8)));
            default -> throw fault("simple value " + low + " is not recognized");
        };
    }

    private static Value decimal(double number) {
        if (!Double.isFinite(number)) {
            throw fault("floating-point NaN and infinity are not accepted");
        }
        return Value.of(number);
    }

    private byte[] octets(int type, int low) {
        if (low != INDEFINITE) {
            return take(length(low));
        }
        var all = new ByteArrayOutputStream();
        while (!ended()) {
            int chunk = octet();
            if (chunk >> 5 != type || (chunk & 0x1f) == INDEFINITE) {
                throw fault("wrong element type for indefinite-length byte or text string");
            }
            all.writeBytes(take(length(chunk & 0x1f)));
        }
        return all.toByteArray();
    }

    private byte[] take(long length) {
        int from = at;
        at += (int) length;
        return Arrays.copyOfRange(bytes, from, at);
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.UTF_8);
    }

    /** Whether the break that ends an item of unknown length is next; it is then read. */
    private boolean ended() {
        if (at < bytes.length && (bytes[at] & 0xff) == BREAK) {
            at++;
            return true;
        }
        return false;
    }

    private long whole(int low) {
        long number = argument(low);
        if (number < 0) {
            throw fault("integer overflows 64 bits");
        }
        return number;
    }

    /** A count of items or bytes, each of which needs at least one byte. */
    private long length(int low) {
        long length = argument(low);
        if (length < 0 || length > bytes.length - at) {
            throw fault("unexpected EOF");
        }
        return length;
    }

    private long argument(int low) {
        return switch (low) {
            case 24 -> number(1);
            case 25 -> number(2);
            case 26 -> number(4);
            case 27 -> number(8);
            case 28, 29, 30, INDEFINITE -> throw fault("invalid additional information " + low);
            default -> low;
        };
    }

    private long number(int length) {
        long number = 0;
        for (int i = 0; i < length; i++) {
            number = number << 8 | octet();
        }
        return number;
    }

    private int octet() {
        if (at >= bytes.length) {
            throw fault("unexpected EOF");
        }
        return bytes[at++] & 0xff;
    }

    private static DecodeException fault(String message) {
        return DecodeException.syntax("cbor: " + message, 0, 0);
    }
}
