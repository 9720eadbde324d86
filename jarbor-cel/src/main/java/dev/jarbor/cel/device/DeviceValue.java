package dev.jarbor.cel.device;

import dev.jarbor.api.resource.v1.Device;
import dev.jarbor.api.resource.v1.DeviceAttribute;
import dev.jarbor.cel.library.LibraryValues;
import dev.jarbor.cel.value.CelException;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A device as expressions see it. */
final class DeviceValue {
    private DeviceValue() {}

    static Map<Object, Object> of(String driver, Device device) {
        return Map.of(
                "driver",
                driver,
                "attributes",
                new Domains(byDomain(driver, device.attributes(), DeviceValue::attribute)),
                "capacity",
                new Domains(byDomain(
                        driver, device.capacity(), (name, capacity) -> LibraryValues.quantity(capacity.value_()))),
                "allowMultipleAllocations",
                device.allowMultipleAllocations());
    }

    private interface Reading<T> {
        Object read(String name, T value);
    }

    private static <T> Map<String, Map<Object, Object>> byDomain(
            String driver, Map<String, T> values, Reading<T> reading) {
        var domains = new TreeMap<String, Map<Object, Object>>();
        values.forEach((name, value) -> {
            int slash = name.indexOf('/');
            Function<String, Map<Object, Object>> fresh = domain -> new TreeMap<>();
            domains.computeIfAbsent(slash < 0 ? driver : name.substring(0, slash), fresh)
                    .put(name.substring(slash + 1), reading.read(name, value));
        });
        return domains;
    }

    private static Object attribute(String name, DeviceAttribute attribute) {
        if (attribute.hasInt()) {
            return attribute.int_();
        }
        if (attribute.hasBool()) {
            return attribute.bool();
        }
        if (attribute.hasString()) {
            return attribute.string();
        }
        if (attribute.hasVersion()) {
            try {
                return LibraryValues.semver(attribute.version());
            } catch (CelException malformed) {
                throw new CelException("attribute " + name + ": parse semantic version: " + malformed.getMessage());
            }
        }
        throw new CelException("attribute " + name + ": unsupported attribute value");
    }

    /** A domain that nobody speaks of has no names, which is no error. */
    private static final class Domains extends AbstractMap<Object, Object> {
        private final Map<String, Map<Object, Object>> known;

        Domains(Map<String, Map<Object, Object>> known) {
            this.known = known;
        }

        @Override
        public @Nullable Object get(Object key) {
            return key instanceof String domain ? known.getOrDefault(domain, Map.of()) : null;
        }

        @Override
        public boolean containsKey(Object key) {
            return key instanceof String domain && known.containsKey(domain);
        }

        @Override
        public Set<Map.Entry<Object, Object>> entrySet() {
            return new TreeMap<Object, Object>(known).entrySet();
        }
    }
}
