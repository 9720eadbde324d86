package dev.jarbor.server.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.webserver.ConnectionContext;

/** Both directions of a connection. */
record Wire(DataReader reader, DataWriter writer) {
    /** The bytes of {@code connection} as they are. */
    static Wire of(ConnectionContext connection) {
        return new Wire(connection.dataReader(), connection.dataWriter());
    }
}
