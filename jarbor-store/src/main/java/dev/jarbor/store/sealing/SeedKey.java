package dev.jarbor.store.sealing;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A seed of which every sealing gets a key of its own: HKDF-SHA256 (RFC 5869, its second half) of the seed and 32 random
 * bytes, which are written before what AES-GCM then makes.
 */
@SuppressWarnings("ArrayRecordComponent") // a key: never compared
record SeedKey(byte[] seed) {
    static final int SIZE = 32;

    static SeedKey fresh(RandomGenerator random) {
        byte[] seed = new byte[SIZE];
        random.nextBytes(seed);
        return new SeedKey(seed);
    }

    byte[] seal(byte[] plain, byte[] place, RandomGenerator random) {
        byte[] info = new byte[SIZE];
        random.nextBytes(info);
        byte[] content = AesKey.gcm(derived(info)).seal(plain, place, random);
        byte[] all = Arrays.copyOf(info, SIZE + content.length);
        System.arraycopy(content, 0, all, SIZE, content.length);
        return all;
    }

    byte[] open(byte[] sealed, byte[] place) throws UnopenedException {
        if (sealed.length < SIZE) {
            throw new UnopenedException("the stored data was shorter than the required size");
        }
        return AesKey.gcm(derived(Arrays.copyOf(sealed, SIZE))).open(sealed, SIZE, place);
    }

    private byte[] derived(byte[] info) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(seed, "HmacSHA256"));
            mac.update(info);
            mac.update((byte) 1);
            return mac.doFinal();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no HMAC-SHA256", impossible);
        }
    }
}
