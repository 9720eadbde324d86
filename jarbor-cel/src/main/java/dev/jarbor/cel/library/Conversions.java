package dev.jarbor.cel.library;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.time.GoDuration;
import dev.jarbor.api.time.Rfc3339;
import dev.jarbor.cel.value.Bytes;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Texts;
import dev.jarbor.cel.value.TypeName;
import dev.jarbor.cel.value.Unsigned;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** {@code size}, {@code type} and the conversions between types. */
final class Conversions {
    private static final double UNSIGNED_END = 0x1p64;

    private Conversions() {}

    static List<Definition> definitions() {
        return List.of(
                Definition.standard("size", (a, meter) -> size(a[0])),
                Definition.standard("type", (a, meter) -> TypeName.of(a[0])),
                Definition.standard("dyn", (a, meter) -> a[0]),
                Definition.standard("int", (a, meter) -> integer(a[0])),
                Definition.standard("uint", (a, meter) -> unsigned(a[0])),
                Definition.standard("double", (a, meter) -> number(a[0])),
                Definition.standard("string", (a, meter) -> string(a[0])),
                Definition.standard("bytes", (a, meter) -> bytes(a[0])),
                Definition.standard("bool", (a, meter) -> bool(a[0])),
                Definition.standard("timestamp", (a, meter) -> timestamp(a[0])),
                Definition.standard("duration", (a, meter) -> duration(a[0])));
    }

    private static long size(Object value) {
        return switch (value) {
            case String text -> Texts.length(text);
            case Bytes bytes -> bytes.size();
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            default -> throw CelException.noSuchOverload();
        };
    }

    private static long integer(Object value) {
        return switch (value) {
            case Long number -> number;
            case Unsigned number -> {
                if (number.bits() < 0) {
                    throw new CelException("integer overflow");
                }
                yield number.bits();
            }
            case Double number -> {
                if (!(number > -0x1p63 && number < 0x1p63)) {
                    throw new CelException("integer overflow");
                }
                yield number.longValue();
            }
            case String text -> {
                try {
                    yield Long.parseLong(text);
                } catch (NumberFormatException e) {
                    throw notParsed("ParseInt", text);
                }
            }
            case Instant instant -> instant.getEpochSecond();
            case Duration duration -> duration.toNanos();
            default -> throw CelException.noSuchOverload();
        };
    }

    private static CelException notParsed(String parser, String text) {
        boolean isNumber = text.matches("[+-]?[0-9]{1,1000}");
        return new CelException("strconv." + parser + ": parsing " + GoText.quote(text) + ": "
                + (isNumber ? "value out of range" : "invalid syntax"));
    }

    private static Unsigned unsigned(Object value) {
        return switch (value) {
            case Unsigned number -> number;
            case Long number -> {
                if (number < 0) {
                    throw new CelException("unsigned integer overflow");
                }
                yield new Unsigned(number);
            }
            case Double number -> {
                if (!(number >= 0 && number < UNSIGNED_END)) {
                    throw new CelException("unsigned integer overflow");
                }
                yield new Unsigned(new BigDecimal(number).toBigInteger().longValue());
            }
            case String text -> {
                try {
                    yield new Unsigned(Long.parseUnsignedLong(text));
                } catch (NumberFormatException e) {
                    throw notParsed("ParseUint", text);
                }
            }
            default -> throw CelException.noSuchOverload();
        };
    }

    private static double number(Object value) {
        return switch (value) {
            case Double number -> number;
            case Long number -> number;
            case Unsigned number ->
                number.bits() >= 0 ? number.bits() : new BigDecimal(number.toString()).doubleValue();
            case String text -> {
                try {
                    yield isDecimal(text) ? Double.parseDouble(text) : special(text);
                } catch (NumberFormatException e) {
                    throw new CelException("strconv.ParseFloat: parsing " + GoText.quote(text) + ": invalid syntax");
                }
            }
            default -> throw CelException.noSuchOverload();
        };
    }

    private static boolean isDecimal(String text) {
        return text.chars().allMatch(sign -> "0123456789+-.eE".indexOf(sign) >= 0);
    }

    private static double special(String text) {
        return switch (text) {
            case "NaN", "nan" -> Double.NaN;
            case "Inf", "+Inf", "inf", "Infinity", "+Infinity" -> Double.POSITIVE_INFINITY;
            case "-Inf", "-inf", "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw new NumberFormatException(text);
        };
    }

    private static String string(Object value) {
        return switch (value) {
            case String text -> text;
            case Boolean truth -> truth.toString();
            case Long number -> number.toString();
            case Unsigned number -> number.toString();
            case Double number -> Texts.number(number);
            case Bytes bytes -> decoded(bytes);
            case Instant instant -> Texts.timestamp(instant);
            case Duration duration -> Texts.duration(duration);
            default -> {
                if (value instanceof Printable printable) {
                    yield printable.printed();
                }
                throw CelException.noSuchOverload();
            }
        };
    }

    private static String decoded(Bytes bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CelException("invalid UTF-8 in bytes, cannot convert to string");
        }
    }

    private static Bytes bytes(Object value) {
        return switch (value) {
            case Bytes bytes -> bytes;
            case String text -> Bytes.ofText(text);
            default -> throw CelException.noSuchOverload();
        };
    }

    private static boolean bool(Object value) {
        return switch (value) {
            case Boolean truth -> truth;
            case String text ->
                switch (text) {
                    case "1", "t", "T", "true", "TRUE", "True" -> true;
                    case "0", "f", "F", "false", "FALSE", "False" -> false;
                    default -> throw notParsed("ParseBool", text);
                };
            default -> throw CelException.noSuchOverload();
        };
    }

    private static Instant timestamp(Object value) {
        return switch (value) {
            case Instant instant -> instant;
            case Long seconds -> {
                if (seconds < -62_135_596_800L || seconds > 253_402_300_799L) {
                    throw new CelException("timestamp overflow");
                }
                yield Instant.ofEpochSecond(seconds);
            }
            case String text ->
                Times.inRange(Rfc3339.parse(text)
                        .orElseThrow(() -> new CelException("parsing time " + GoText.quote(text)
                                + " as \"2006-01-02T15:04:05Z07:00\": cannot parse " + GoText.quote(text)
                                + " as \"2006\"")));
            default -> throw CelException.noSuchOverload();
        };
    }

    private static Duration duration(Object value) {
        return switch (value) {
            case Duration duration -> duration;
            case Long nanos -> Duration.ofNanos(nanos);
            case String text -> {
                try {
                    yield GoDuration.parse(text);
                } catch (IllegalArgumentException e) {
                    throw new CelException(
                            e.getMessage() == null ? "time: invalid duration " + GoText.quote(text) : e.getMessage());
                }
            }
            default -> throw CelException.noSuchOverload();
        };
    }
}
