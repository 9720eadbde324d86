package dev.jarbor.etcd;

import dev.jarbor.store.StoreException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;

/** What a failed call to etcd means. The one place that says which may be made again. */
enum Fault {
    /** The member was not reached: nothing was sent, so anything may be sent to another. */
    UNREACHED,
    /** The token that the call was made with is not known any more: nothing was done. */
    LOGGED_OUT,
    /** etcd says no, and would again; nothing was done. */
    REFUSED,
    /** The history that was asked for is compacted. */
    COMPACTED,
    /** No answer came in time: what was asked for may have been done, or be done yet. */
    TIMED_OUT,
    /** The connection or the member's leader was lost: what was asked for may have been done, or be done yet. */
    BROKEN;

    /** etcd's words where it says Unavailable or Unknown and yet surely did nothing. */
    private static final Set<String> DROPPED =
            Set.of("etcdserver: no leader", "etcdserver: not capable", "raft proposal dropped");

    private static final Set<String> TOKENS = Set.of(
            "etcdserver: invalid auth token",
            "etcdserver: revision of auth store is old",
            "etcdserver: user name is empty");

    static Fault of(StatusRuntimeException failed) {
        Status status = failed.getStatus();
        String words = words(status);
        if (TOKENS.contains(words)) {
            return LOGGED_OUT;
        }
        return switch (status.getCode()) {
            case UNAVAILABLE -> neverSent(status) || DROPPED.contains(words) ? UNREACHED : BROKEN;
            case DEADLINE_EXCEEDED -> TIMED_OUT;
            case OUT_OF_RANGE -> words.contains("compacted") ? COMPACTED : REFUSED;
            case UNKNOWN -> DROPPED.contains(words) ? UNREACHED : BROKEN;
            case CANCELLED, INTERNAL, ABORTED, DATA_LOSS -> BROKEN;
            case OK,
                    INVALID_ARGUMENT,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    UNAUTHENTICATED,
                    RESOURCE_EXHAUSTED,
                    FAILED_PRECONDITION,
                    UNIMPLEMENTED -> REFUSED;
        };
    }

    private static boolean neverSent(Status status) {
        for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof SSLHandshakeException) {
                return true;
            }
        }
        return false;
    }

    /** Whether a call that changes something may be made again. */
    boolean surelyNotDone() {
        return switch (this) {
            case UNREACHED, LOGGED_OUT, REFUSED, COMPACTED -> true;
            case TIMED_OUT, BROKEN -> false;
        };
    }

    /** Whether another member, or the same one later, may do what this one did not. */
    boolean passing() {
        return switch (this) {
            case UNREACHED, LOGGED_OUT, TIMED_OUT, BROKEN -> true;
            case REFUSED, COMPACTED -> false;
        };
    }

    /** The failure as the store's users hear of it; in the reference's words. */
    static StoreException exception(StatusRuntimeException failed) {
        Fault fault = of(failed);
        StoreException.Outcome outcome = switch (fault) {
            case TIMED_OUT -> StoreException.Outcome.TIMEOUT;
            case BROKEN -> StoreException.Outcome.UNKNOWN;
            case UNREACHED, LOGGED_OUT, REFUSED, COMPACTED -> StoreException.Outcome.NOT_DONE;
        };
        return new StoreException(outcome, message(failed), failed);
    }

    /** etcd's own words, or what gRPC says of a member that sent none. */
    static String message(StatusRuntimeException failed) {
        Status status = failed.getStatus();
        String words = words(status);
        if (words.startsWith("etcdserver: ")) {
            return words;
        }
        String cause = Optional.ofNullable(status.getCause())
                .map(Throwable::getMessage)
                .map(text -> ": " + text)
                .orElse("");
        return "rpc error: code = " + code(status) + " desc = " + words + cause;
    }

    private static String words(Status status) {
        return Optional.ofNullable(status.getDescription()).orElse("");
    }

    /** As the reference spells it: {@code DeadlineExceeded}. */
    private static String code(Status status) {
        var spelt = new StringBuilder();
        for (String word : status.getCode().name().split("_", -1)) {
            spelt.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return spelt.toString();
    }
}
