package dev.jarbor.server.table;

import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;

/** Prints the cells of one object, in the order of its table's columns. */
interface RowPrinter {
    ListValue cells(Row row);

    /** Cells of texts and numbers. */
    static ListValue row(Object... cells) {
        var values = new ArrayList<Value>(cells.length);
        for (Object cell : cells) {
            values.add(
                    switch (cell) {
                        case String text -> new StringValue(text);
                        case Long number -> new IntegerValue(number);
                        case Integer number -> new IntegerValue(number);
                        case Boolean truth -> Value.of(truth);
                        default -> throw new IllegalArgumentException("not a cell: " + cell);
                    });
        }
        return ListValue.of(values);
    }
}
