package dev.jarbor.server.stream;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.NodeConnection;
import dev.jarbor.client.NodeConnection.ContainerRef;
import dev.jarbor.client.NodeConnection.StreamOptions;
import java.io.IOException;
import java.util.List;

/**
 * One exec or attach: where, what and with which streams.
 *
 * @param command what to run; empty to attach to the container's own process
 */
public record RemoteCommand(NodeConnection node, ContainerRef container, List<String> command, StreamOptions options) {

    /** Runs it with the streams of {@code session}, until it ends, and tells the client how it ended. */
    void run(CommandSession session) {
        CommandResult result;
        try {
            int code = command.isEmpty()
                    ? node.attach(container, options, session)
                    : node.exec(container, command, options, session);
            result = new CommandResult.Exited(command, code);
        } catch (ApiException refused) {
            result = new CommandResult.Failed(refused.status());
        } catch (IOException | RuntimeException failure) {
            result =
                    new CommandResult.Failed(ApiException.internalError(failure).status());
        }
        try {
            session.finish(result);
        } catch (IOException gone) {
            // the client has left before the end: nobody is there to be told
        }
    }
}
