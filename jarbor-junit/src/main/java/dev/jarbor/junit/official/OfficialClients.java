package dev.jarbor.junit.official;

import dev.jarbor.embed.Jarbor;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.credentials.AccessTokenAuthentication;
import java.net.InetAddress;
import java.net.Proxy;
import java.time.Duration;
import java.util.List;
import okhttp3.OkHttpClient;

/** Makes official Java clients of a cluster in this JVM. */
public final class OfficialClients {
    /** A name that is never looked up. */
    private static final String URL = "http://jarbor.invalid";

    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private OfficialClients() {}

    /** The administrator's client. {@link #close} ends its threads, where its user does not like to wait for that. */
    public static ApiClient of(Jarbor cluster) {
        return of(cluster, cluster.token());
    }

    /** The client of whoever shows {@code token}. */
    public static ApiClient of(Jarbor cluster, String token) {
        var client = new ApiClient(http(cluster)).setBasePath(URL);
        new AccessTokenAuthentication(token).provide(client);
        return client;
    }

    /** The transport alone, for clients that are built elsewhere. */
    public static OkHttpClient http(Jarbor cluster) {
        return new OkHttpClient.Builder()
                .socketFactory(new DoorSocketFactory(cluster.door()))
                .dns(host -> List.of(InetAddress.getByAddress(host, LOOPBACK)))
                .proxy(Proxy.NO_PROXY)
                .readTimeout(Duration.ZERO)
                .retryOnConnectionFailure(false)
                .build();
    }

    /** Ends the client's calls and threads. */
    public static void close(ApiClient client) {
        OkHttpClient http = client.getHttpClient();
        http.dispatcher().cancelAll();
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
