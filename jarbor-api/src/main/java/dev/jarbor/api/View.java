package dev.jarbor.api;

import dev.jarbor.api.value.ObjectValue;

/**
 * A typed way to read and rewrite one immutable {@link ObjectValue}. The generated views (Pod, PodSpec …) hold nothing
 * but the value: objects are shared between store, caches and typed code without a copy, and fields that this version
 * does not know survive a read-modify-write. What is absent reads as the zero value of its type (empty string, list, map
 * or view, 0, false), as in the reference's Go types; {@code hasX()} tells absence where it matters.
 *
 * <p>What holds for all of them: {@code EMPTY} says nothing but, for kinds, its apiVersion and kind; {@code withX} gives
 * a changed copy, and leaves an optional list or map away when it is empty, as the reference prints them; bytes read as
 * their base64 text, and decoded with {@code xBytes()}; an accessor whose name Java or the record has taken ends in an
 * underscore ({@code default_()}, {@code value_()}), and names that are none in Java are in camel case ({@code $ref} is
 * {@code ref()}).
 */
public interface View {
    ObjectValue value();
}
