package dev.jarbor.server.table;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rows of who may do what, and of what stands in the way of a request. */
final class AccessRows {
    private AccessRows() {}

    static ListValue roleBinding(Row row) {
        ObjectValue role = row.object().object("roleRef");
        return RowPrinter.row(
                row.name(),
                role.string("kind") + "/" + role.string("name"),
                row.age(),
                subjects(row, "User"),
                subjects(row, "Group"),
                subjects(row, "ServiceAccount"));
    }

    private static String subjects(Row row, String kind) {
        return row.object().list("subjects").objects().stream()
                .filter(subject -> subject.string("kind").equals(kind))
                .map(subject -> subject.string("namespace").isEmpty()
                        ? subject.string("name")
                        : subject.string("namespace") + "/" + subject.string("name"))
                .collect(Collectors.joining(", "));
    }

    static ListValue certificateSigningRequest(Row row) {
        long seconds = row.spec().integer("expirationSeconds");
        return RowPrinter.row(
                row.name(),
                row.age(),
                Row.or(row.spec().string("signerName"), Row.NONE),
                row.spec().string("username"),
                seconds == 0 ? Row.NONE : Ages.text(Duration.ofSeconds(seconds)),
                condition(row));
    }

    static ListValue clusterTrustBundle(Row row) {
        return RowPrinter.row(row.name(), row.spec().string("signerName"));
    }

    static ListValue podCertificateRequest(Row row) {
        String state = Stream.of("Issued", "Denied", "Failed")
                .filter(row::conditionIsTrue)
                .findFirst()
                .orElse("Pending");
        return RowPrinter.row(
                row.name(),
                row.spec().string("podName"),
                row.spec().string("serviceAccountName"),
                row.spec().string("nodeName"),
                row.spec().string("signerName"),
                state);
    }

    private static String condition(Row row) {
        String status = row.condition("Denied").isPresent()
                ? "Denied"
                : row.condition("Approved").isPresent() ? "Approved" : "Pending";
        if (row.condition("Failed").isPresent()) {
            status += ",Failed";
        }
        return row.status().string("certificate").isEmpty() ? status : status + ",Issued";
    }

    static ListValue apiService(Row row) {
        ObjectValue service = row.spec().object("service");
        return RowPrinter.row(
                row.name(),
                service.isEmpty() ? "Local" : service.string("namespace") + "/" + service.string("name"),
                available(row),
                row.age());
    }

    private static String available(Row row) {
        return row.condition("Available")
                .map(condition -> condition.string("status").equals("True")
                        ? "True"
                        : condition.string("status") + " (" + condition.string("reason") + ")")
                .orElse("Unknown");
    }

    static ListValue webhook(Row row) {
        return RowPrinter.row(row.name(), row.object().list("webhooks").size(), row.age());
    }
}
