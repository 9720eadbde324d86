package dev.jarbor.store.sealing;

import java.util.random.RandomGenerator;

/** A key of the provider {@code aesgcm} or {@code aescbc}. */
record AesSealer(String prefix, AesKey key, RandomGenerator random) implements Sealer {
    @Override
    public byte[] seal(byte[] plain, byte[] place) {
        return key.seal(plain, place, random);
    }

    @Override
    public Sealing.Opened open(byte[] sealed, byte[] place) throws UnopenedException {
        return new Sealing.Opened(key.open(sealed, 0, place), false);
    }
}
