package dev.jarbor.cel.value;

import dev.jarbor.api.schema.ListType;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.cel.type.DeclaredType;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** An API list as expressions see it; items are made when they are asked for. */
final class ListView extends AbstractList<Object> implements RandomAccess, TypedList {
    private final ListValue source;
    private final DeclaredType type;

    ListView(ListValue source, DeclaredType type) {
        this.source = source;
        this.type = type;
    }

    @Override
    public Object get(int index) {
        return Values.of(source.get(index), type.element().orElse(DeclaredType.DYN));
    }

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public ListType listType() {
        return type.listType();
    }

    @Override
    public List<String> listKeys() {
        return type.listKeys();
    }
}
