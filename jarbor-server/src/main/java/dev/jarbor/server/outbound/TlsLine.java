package dev.jarbor.server.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** TLS over any other line, whatever carries that one. */
public final class TlsLine implements Line {
    private static final String VERIFY = "tls: failed to verify certificate: x509: ";
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    private final Line under;
    private final SSLSocket socket;
    private final InputStream input;
    private final OutputStream output;

    private TlsLine(Line under, SSLSocket socket) throws IOException {
        this.under = under;
        this.socket = socket;
        this.input = socket.getInputStream();
        this.output = socket.getOutputStream();
    }

    /**
     * Speaks TLS on {@code under}; the handshake is done when this returns.
     *
     * @param serverName whom the certificate must be for, and who is asked for
     * @param verified whether the certificate must be for that name; the context decides whom to trust
     */
    public static Line over(Line under, SSLContext context, String serverName, boolean verified, Duration patience)
            throws IOException {
        try {
            under.patience(patience);
            var socket =
                    (SSLSocket) context.getSocketFactory().createSocket(new LineSocket(under), serverName, 443, true);
            SSLParameters parameters = socket.getSSLParameters();
            if (verified) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            if (!ADDRESS.matcher(serverName).matches() && serverName.indexOf('.') > 0) {
                parameters.setServerNames(List.of(new SNIHostName(serverName)));
            }
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new TlsLine(under, socket);
        } catch (SocketTimeoutException late) {
            under.close();
            throw new TimedOutException(late);
        } catch (SSLException failure) {
            under.close();
            throw new IOException(said(failure), failure);
        } catch (IOException failure) {
            under.close();
            throw failure;
        }
    }

    /** The commonest failures in Go's words, which people and programs search for. */
    private static String said(SSLException failure) {
        if (causedBy(failure, CertificateExpiredException.class)
                || causedBy(failure, CertificateNotYetValidException.class)) {
            return VERIFY + "certificate has expired or is not yet valid";
        }
        if (causedBy(failure, CertPathBuilderException.class) || causedBy(failure, CertPathValidatorException.class)) {
            return VERIFY + "certificate signed by unknown authority";
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return VERIFY + cause.getMessage();
            }
        }
        String message = String.valueOf(failure.getMessage());
        return message.startsWith("Unsupported or unrecognized SSL message")
                ? "http: server gave HTTP response to HTTPS client"
                : "tls: " + message;
    }

    private static boolean causedBy(Throwable failure, Class<? extends Exception> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void patience(Duration patience) throws IOException {
        under.patience(patience);
    }

    @Override
    public void close() throws IOException {
        try {
            socket.close();
        } finally {
            under.close();
        }
    }

    /** The JDK's TLS wants a socket beneath; this is one for any line. */
    private static final class LineSocket extends Socket {
        private final Line line;

        LineSocket(Line line) {
            this.line = line;
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public InputStream getInputStream() {
            return line.input();
        }

        @Override
        public OutputStream getOutputStream() {
            return line.output();
        }

        @Override
        public synchronized void close() throws IOException {
            line.close();
        }
    }
}
