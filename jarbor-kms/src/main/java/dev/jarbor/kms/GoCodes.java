package dev.jarbor.kms;

import io.grpc.Status;

/** What gRPC's status codes are called in Go: {@code DeadlineExceeded} for {@code DEADLINE_EXCEEDED}. */
final class GoCodes {
    private GoCodes() {}

    static String word(Status.Code code) {
        if (code == Status.Code.CANCELLED) {
            return "Canceled";
        }
        var word = new StringBuilder();
        for (String part : code.name().split("_", -1)) {
            word.append(part.charAt(0));
            part.substring(1).chars().forEach(c -> word.append((char) Character.toLowerCase(c)));
        }
        return word.toString();
    }
}
