package dev.jarbor.server.table;

import dev.jarbor.api.Fields;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.registry.PrinterColumn;
import dev.jarbor.server.table.Printers.Printer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of custom resources: the name, then the columns that their definition names.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#additional-printer-columns">Additional
 *     printer columns</a>
 */
record CustomRows(List<PrinterColumn> columns) implements RowPrinter {
    static Printer printer(List<PrinterColumn> columns) {
        var definitions = new ArrayList<ObjectValue>();
        definitions.add(definition("Name", "string", "name", Columns.metadata("name"), 0));
        columns.forEach(column -> definitions.add(
                definition(column.name(), column.type(), column.format(), column.description(), column.priority())));
        ListValue all = ListValue.of(definitions);
        return new Printer("", new CustomRows(columns), () -> all);
    }

    private static ObjectValue definition(String name, String type, String format, String description, long priority) {
        return ObjectValue.builder()
                .put("name", name)
                .put("type", type)
                .put("format", format)
                .put("description", description)
                .put("priority", priority)
                .build();
    }

    @Override
    public ListValue cells(Row row) {
        var cells = new ArrayList<Value>(columns.size() + 1);
        cells.add(Value.of(row.name()));
        for (PrinterColumn column : columns) {
            List<Value> found = column.path().find(row.object());
            cells.add(found.isEmpty() ? NullValue.NULL : cell(column.type(), found.getFirst(), row));
        }
        return ListValue.of(cells);
    }

    private static Value cell(String type, Value value, Row row) {
        return switch (type) {
            case "string" -> value instanceof NullValue ? value : Value.of(text(value));
            case "integer" ->
                switch (value) {
                    case IntegerValue whole -> whole;
                    case DecimalValue(double number) -> Value.of((long) number);
                    default -> NullValue.NULL;
                };
            case "number" -> value instanceof IntegerValue || value instanceof DecimalValue ? value : NullValue.NULL;
            case "boolean" -> value instanceof BooleanValue ? value : NullValue.NULL;
            case "date" -> value instanceof StringValue ? Value.of(date(value, row)) : NullValue.NULL;
            default -> NullValue.NULL;
        };
    }

    private static String text(Value value) {
        return value instanceof StringValue(String text) ? text : Json.text(value);
    }

    /** How long ago the time was; what is no time is invalid. */
    private static String date(Value value, Row row) {
        return Fields.time(value)
                .map(time -> Ages.text(Duration.between(time, row.now())))
                .orElse("<invalid>");
    }
}
