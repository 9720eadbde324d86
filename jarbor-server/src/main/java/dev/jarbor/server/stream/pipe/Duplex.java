package dev.jarbor.server.stream.pipe;

import java.io.InputStream;
import java.io.OutputStream;

/** The two directions of one connection, as bytes. Flushing the output sends what was written. */
public record Duplex(InputStream input, OutputStream output) {}
