package dev.jarbor.embed;

import java.net.URI;

/** The URL of something behind a Service, as programs in the cluster write it. */
record ServiceUrl(String scheme, String service, String namespace, int port, String target) {
    /** @throws IllegalArgumentException where it is none */
    static ServiceUrl parse(String url) {
        URI uri = URI.create(url);
        String host = uri.getHost();
        if (host == null || uri.getScheme() == null) {
            throw new IllegalArgumentException("not the URL of a Service: " + url);
        }
        String[] names = host.split("\\.", -1);
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        int usual = uri.getScheme().equals("https") ? 443 : 80;
        return new ServiceUrl(
                uri.getScheme(),
                names[0],
                names.length > 1 ? names[1] : "default",
                uri.getPort() < 0 ? usual : uri.getPort(),
                path + query);
    }

    /** Where the API server passes on what is for it. */
    String proxyPath() {
        return "/api/v1/namespaces/" + namespace + "/services/" + scheme + ":" + service + ":" + port + "/proxy"
                + target;
    }
}
