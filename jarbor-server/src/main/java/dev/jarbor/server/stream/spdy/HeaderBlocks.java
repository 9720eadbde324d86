package dev.jarbor.server.stream.spdy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Header blocks: names and values, compressed by one zlib stream per direction that lives as long as the connection and
 * starts from a dictionary (draft 3.1, section 2.6.10).
 */
final class HeaderBlocks implements AutoCloseable {
    /** The longest block after decompression; clients of Kubernetes send three short headers. */
    static final int MAX_BLOCK = 64 * 1024;

    private static final String COUNTED_WORDS = "options head post put delete trace accept accept-charset"
            + " accept-encoding accept-language accept-ranges age allow authorization cache-control connection"
            + " content-base content-encoding content-language content-length content-location content-md5"
            + " content-range content-type date etag expect expires from host if-match if-modified-since if-none-match"
            + " if-range if-unmodified-since last-modified location max-forwards pragma proxy-authenticate"
            + " proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent"
            + " vary via warning www-authenticate method get status";
    private static final String MORE_COUNTED_WORDS = "version HTTP/1.1 url public set-cookie keep-alive origin";
    private static final String TAIL =
            "100101201202205206300302303304305306307402405406407408409410411412413414415416417"
                    + "502504505203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthor"
                    + "ized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service UnavailableJan Feb"
                    + " Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/ht"
                    + "ml,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicp"
                    + "rivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

    private final Inflater inflater = new Inflater();
    private final Deflater deflater = new Deflater();
    private final byte[] dictionary = dictionary();

    HeaderBlocks() {
        deflater.setDictionary(dictionary);
    }

    /** The dictionary of the draft: each word behind its length in four bytes, and a tail of common values. */
    static byte[] dictionary() {
        var bytes = new ByteArrayOutputStream();
        counted(bytes, COUNTED_WORDS.split(" "));
        counted(bytes, "200 OK");
        counted(bytes, MORE_COUNTED_WORDS.split(" "));
        bytes.writeBytes(TAIL.getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }

    private static void counted(ByteArrayOutputStream bytes, String... words) {
        for (String word : words) {
            bytes.writeBytes(ByteBuffer.allocate(4).putInt(word.length()).array());
            bytes.writeBytes(word.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Decompresses and reads one block; several values of one name come joined by NUL, as on the wire. */
    SortedMap<String, String> read(byte[] compressed) throws IOException {
        var block = new DataInputStream(new ByteArrayInputStream(inflate(compressed)));
        var headers = new TreeMap<String, String>();
        int count = block.readInt();
        for (int i = 0; i < count; i++) {
            String name = text(block).toLowerCase(Locale.ROOT);
            headers.put(name, text(block));
        }
        return headers;
    }

    private static String text(DataInputStream block) throws IOException {
        int length = block.readInt();
        if (length < 0 || length > block.available()) {
            throw new IOException("a SPDY header is longer than its block");
        }
        return new String(block.readNBytes(length), StandardCharsets.UTF_8);
    }

    private byte[] inflate(byte[] compressed) throws IOException {
        var block = new ByteArrayOutputStream();
        byte[] chunk = new byte[4096];
        inflater.setInput(compressed);
        try {
            while (true) {
                int count = inflater.inflate(chunk);
                if (count == 0 && inflater.needsDictionary()) {
                    inflater.setDictionary(dictionary);
                } else if (count == 0) {
                    return block.toByteArray();
                }
                block.write(chunk, 0, count);
                if (block.size() > MAX_BLOCK) {
                    throw new IOException("SPDY headers of more than " + MAX_BLOCK + " bytes");
                }
            }
        } catch (DataFormatException | IllegalArgumentException malformed) {
            throw new IOException("malformed SPDY headers", malformed);
        }
    }

    byte[] write(SortedMap<String, String> headers) throws IOException {
        var plain = new ByteArrayOutputStream();
        var block = new DataOutputStream(plain);
        block.writeInt(headers.size());
        for (var header : headers.entrySet()) {
            text(block, header.getKey().toLowerCase(Locale.ROOT));
            text(block, header.getValue());
        }
        deflater.setInput(plain.toByteArray());
        var compressed = new ByteArrayOutputStream();
        byte[] chunk = new byte[4096];
        int count;
        do {
            count = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
            compressed.write(chunk, 0, count);
        } while (count == chunk.length);
        return compressed.toByteArray();
    }

    private static void text(DataOutputStream block, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        block.writeInt(bytes.length);
        block.write(bytes);
    }

    @Override
    public void close() {
        inflater.end();
        deflater.end();
    }
}
