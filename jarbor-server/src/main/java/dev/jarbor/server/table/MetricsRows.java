package dev.jarbor.server.table;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;

/** Rows of what nodes and pods use; a pod uses what its containers do. */
final class MetricsRows {
    private MetricsRows() {}

    static ListValue node(Row row) {
        return row(row, List.of(row.object().object("usage")));
    }

    static ListValue pod(Row row) {
        return row(
                row,
                row.object().list("containers").objects().stream()
                        .map(container -> container.object("usage"))
                        .toList());
    }

    private static ListValue row(Row row, List<ObjectValue> usages) {
        return RowPrinter.row(
                row.name(),
                sum(usages, "cpu"),
                sum(usages, "memory"),
                row.object().string("window"));
    }

    private static String sum(List<ObjectValue> usages, String resource) {
        return usages.stream()
                .map(usage -> Quantity.read(usage.valueOrNull(resource)))
                .reduce(Quantity.ZERO, Quantity::add)
                .toString();
    }
}
