package dev.jarbor.server.outbound;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** A connection to somebody: one byte stream in each direction. */
public interface Line extends Closeable {
    InputStream input();

    OutputStream output();

    /** How long one read may wait before it fails; zero for as long as it takes. Lines that cannot tell may ignore it. */
    void patience(Duration patience) throws IOException;
}
