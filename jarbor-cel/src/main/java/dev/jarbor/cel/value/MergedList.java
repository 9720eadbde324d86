package dev.jarbor.cel.value;

import dev.jarbor.api.schema.ListType;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** What the concatenation of a set or of a list with keys gives: again one of those. */
final class MergedList extends AbstractList<Object> implements RandomAccess, TypedList {
    private final List<Object> items;
    private final TypedList like;

    MergedList(List<Object> items, TypedList like) {
        this.items = List.copyOf(items);
        this.like = like;
    }

    @Override
    public Object get(int index) {
        return items.get(index);
    }

    @Override
    public int size() {
        return items.size();
    }

    @Override
    public ListType listType() {
        return like.listType();
    }

    @Override
    public List<String> listKeys() {
        return like.listKeys();
    }
}
