package dev.jarbor.cluster;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of this machine. */
final class Ports {
    private Ports() {}

    /**
     * The given port if nobody has it, or a free one for 0.
     *
     * @throws CannotStart when it is taken, or the address is none of this machine
     */
    static int free(InetAddress bind, int wanted) {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(bind, wanted));
            return probe.getLocalPort();
        } catch (BindException taken) {
            throw new CannotStart(
                    "port " + wanted + " is in use (" + taken.getMessage()
                            + "); choose another with --port N (server: --secure-port), or any free one with 0",
                    taken);
        } catch (IOException failure) {
            throw new CannotStart(
                    "cannot listen on " + bind.getHostAddress() + ":" + wanted + ": " + failure.getMessage(), failure);
        }
    }

    static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (IOException impossible) {
            throw new IllegalArgumentException(text, impossible);
        }
    }
}
