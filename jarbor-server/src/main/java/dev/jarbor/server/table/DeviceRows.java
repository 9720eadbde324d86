package dev.jarbor.server.table;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;

/** The rows of devices that are given to pods, the group {@code resource.k8s.io}. */
final class DeviceRows {
    private DeviceRows() {}

    static ListValue resourceClaim(Row row) {
        return RowPrinter.row(row.name(), state(row), row.age());
    }

    private static String state(Row row) {
        var states = new ArrayList<String>();
        if (row.deleting()) {
            states.add("deleted");
        }
        if (row.status().has("allocation")) {
            states.add("allocated");
            if (!row.status().list("reservedFor").isEmpty()) {
                states.add("reserved");
            }
        } else if (!row.deleting()) {
            states.add("pending");
        }
        return String.join(",", states);
    }

    static ListValue resourceSlice(Row row) {
        return RowPrinter.row(
                row.name(),
                row.spec().string("nodeName"),
                row.spec().string("driver"),
                row.spec().object("pool").string("name"),
                row.age());
    }

    static ListValue deviceTaintRule(Row row) {
        ObjectValue taint = row.spec().object("taint");
        return RowPrinter.row(
                row.name(),
                taint.string("key"),
                taint.string("value"),
                taint.string("effect"),
                row.since(taint.valueOrNull("timeAdded")),
                row.age());
    }
}
