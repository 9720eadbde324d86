package dev.jarbor.api.schema;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One of a type's fields is set, and another one says which ({@code x-kubernetes-unions}).
 *
 * @param discriminator the field that says which
 * @param values what it says, by the field that is then set
 */
public record Union(String discriminator, SortedMap<String, String> values) {
    public Union {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }
}
