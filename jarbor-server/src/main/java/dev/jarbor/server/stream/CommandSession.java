package dev.jarbor.server.stream;

import dev.jarbor.client.NodeConnection;
import java.io.IOException;

/** The client's ends of one exec or attach, whichever protocol carries them. */
interface CommandSession extends NodeConnection.Streams {
    /** Tells the client how it ended, after everything that was written before; nothing follows. */
    void finish(CommandResult result) throws IOException;
}
