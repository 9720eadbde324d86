package dev.jarbor.store.sealing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What is written as it is. What another way has sealed is not plain, whatever the order of providers. */
record Plain() implements Sealer {
    private static final byte[] SEALED = "k8s:enc:".getBytes(StandardCharsets.US_ASCII);

    @Override
    public String prefix() {
        return "";
    }

    @Override
    public byte[] seal(byte[] plain, byte[] place) {
        return plain;
    }

    @Override
    public Sealing.Opened open(byte[] sealed, byte[] place) throws UnopenedException {
        boolean isSealed =
                sealed.length >= SEALED.length && Arrays.equals(sealed, 0, SEALED.length, SEALED, 0, SEALED.length);
        if (isSealed) {
            throw new UnopenedException("identity transformer tried to read encrypted data");
        }
        return new Sealing.Opened(sealed, false);
    }
}
