package dev.jarbor.server.stream;

import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Cause;
import dev.jarbor.api.status.Details;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;

/** How an exec or attach ended. */
public sealed interface CommandResult {
    /** The command ran and ended with {@code code}. */
    record Exited(List<String> command, int code) implements CommandResult {}

    /** It could not be run or was cut off. */
    record Failed(ApiStatus cause) implements CommandResult {}

    /** Whether the client has nothing to report. */
    default boolean success() {
        return this instanceof Exited(List<String> ignored, int code) && code == 0;
    }

    /** The Status that the error channel carries, in the form that kubectl reads exit codes from. */
    default ObjectValue status() {
        return switch (this) {
            case Failed(ApiStatus cause) -> cause.value();
            case Exited(List<String> command, int code) ->
                code == 0
                        ? ObjectValue.builder()
                                .put("metadata", ObjectValue.EMPTY)
                                .put("status", "Success")
                                .build()
                        : new ApiStatus(
                                        false,
                                        500,
                                        "NonZeroExitCode",
                                        message(command, code),
                                        Details.NONE.withCauses(
                                                List.of(new Cause("ExitCode", Integer.toString(code), ""))))
                                .value()
                                .without("code");
        };
    }

    /** The failure in one line, for protocols without a Status. */
    default String text() {
        return switch (this) {
            case Failed(ApiStatus cause) -> cause.message();
            case Exited(List<String> command, int code) -> code == 0 ? "" : message(command, code);
        };
    }

    private static String message(List<String> command, int code) {
        return "command terminated with non-zero exit code: error executing command [" + String.join(" ", command)
                + "], exit code " + code;
    }
}
