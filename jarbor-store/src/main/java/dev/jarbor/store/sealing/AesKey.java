package dev.jarbor.store.sealing;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES with one key, as the reference writes it: the initial value, then the cipher text. GCM proves that nothing was
 * changed or moved; CBC proves nothing and is here to read what others wrote.
 */
final class AesKey {
    private static final int GCM_IV = 12;
    private static final int GCM_TAG_BITS = 128;
    private static final int BLOCK = 16;

    private final SecretKeySpec key;
    private final boolean authenticated;

    private AesKey(byte[] key, boolean authenticated) {
        this.key = new SecretKeySpec(key, "AES");
        this.authenticated = authenticated;
    }

    static AesKey gcm(byte[] key) {
        return new AesKey(key, true);
    }

    static AesKey cbc(byte[] key) {
        return new AesKey(key, false);
    }

    byte[] seal(byte[] plain, byte[] place, RandomGenerator random) {
        byte[] start = new byte[authenticated ? GCM_IV : BLOCK];
        random.nextBytes(start);
        try {
            byte[] content = cipher(Cipher.ENCRYPT_MODE, start, place).doFinal(plain);
            byte[] all = Arrays.copyOf(start, start.length + content.length);
            System.arraycopy(content, 0, all, start.length, content.length);
            return all;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("an AES key cannot seal", broken);
        }
    }

    /** What {@code sealed} was, from the position {@code from} on. */
    byte[] open(byte[] sealed, int from, byte[] place) throws UnopenedException {
        int start = authenticated ? GCM_IV : BLOCK;
        if (sealed.length < from + start) {
            throw new UnopenedException("the stored data was shorter than the required size");
        }
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOfRange(sealed, from, from + start), place);
            return cipher.doFinal(sealed, from + start, sealed.length - from - start);
        } catch (GeneralSecurityException wrong) {
            throw new UnopenedException(
                    authenticated ? "cipher: message authentication failed" : "invalid padding on input", wrong);
        }
    }

    private Cipher cipher(int mode, byte[] start, byte[] place) throws GeneralSecurityException {
        if (!authenticated) {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(mode, key, new IvParameterSpec(start));
            return cipher;
        }
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(GCM_TAG_BITS, start));
        cipher.updateAAD(place);
        return cipher;
    }
}
