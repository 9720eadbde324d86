package dev.jarbor.server.stream;

import dev.jarbor.client.NodeConnection.PortStream;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/** Copies one forwarded connection in both directions until the pod's side ends. */
final class PortPump {
    private PortPump() {}

    /**
     * Connects to the port and copies; returns when the pod has nothing more to say. A client that ends its direction
     * first ({@code output().close()} at the pod) still gets the rest of the answer.
     *
     * @param failed told in one line what went wrong
     */
    static void run(
            PortTarget target,
            int port,
            InputStream fromClient,
            OutputStream toClient,
            Runtime runtime,
            Consumer<String> failed) {
        try (PortStream stream = target.open(port)) {
            OutputStream toPod = stream.output();
            runtime.execute("port-forward to " + port, () -> upload(fromClient, toPod));
            stream.input().transferTo(toClient);
        } catch (IOException | RuntimeException failure) {
            failed.accept(target.failure(port, failure));
        } finally {
            Closing.quietly(fromClient);
            Closing.quietly(toClient);
        }
    }

    private static void upload(InputStream fromClient, OutputStream toPod) {
        try {
            byte[] chunk = new byte[16 * 1024];
            for (int count = fromClient.read(chunk); count >= 0; count = fromClient.read(chunk)) {
                toPod.write(chunk, 0, count);
                toPod.flush();
            }
            toPod.close();
        } catch (IOException over) {
            Closing.quietly(fromClient);
        }
    }
}
