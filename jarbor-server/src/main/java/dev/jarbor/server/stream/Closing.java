package dev.jarbor.server.stream;

import java.io.Closeable;
import java.io.IOException;

/** Closes what may be gone already. */
final class Closing {
    private Closing() {}

    static void quietly(Closeable end) {
        try {
            end.close();
        } catch (IOException gone) {
            // it is closed, which is what was asked for
        }
    }
}
