package dev.jarbor.store.sealing;

import java.util.SortedMap;

/**
 * Who keeps the keys that keys are sealed with, outside of this program: a KMS plugin of version 2. Calls block, each for as
 * long as its configuration says.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/administer-cluster/kms-provider/">Using a KMS provider</a>
 */
public interface KeyService extends AutoCloseable {
    /** How it is, and which key it would seal with. */
    Status status() throws FailedCall;

    /** Seals a key. {@code uid} names the call in the logs of both sides. */
    Wrapped encrypt(String uid, byte[] plain) throws FailedCall;

    /** Opens what {@link #encrypt} has sealed. */
    byte[] decrypt(String uid, Wrapped wrapped) throws FailedCall;

    /** Ends the connection. */
    @Override
    void close();

    /** @param healthz {@code ok}, or what is wrong */
    record Status(String version, String healthz, String keyId) {}

    /**
     * A sealed key.
     *
     * @param keyId by which the service knows the key that it sealed with
     * @param annotations what the service wants to be given back; kept in plain
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared
    record Wrapped(byte[] cipherText, String keyId, SortedMap<String, byte[]> annotations) {}

    /** There was no answer, or a refusal; the message says which. */
    final class FailedCall extends Exception {
        private static final long serialVersionUID = 1;

        public FailedCall(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
