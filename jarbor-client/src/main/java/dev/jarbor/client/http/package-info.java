/**
 * The Kubernetes API over HTTPS: {@link dev.jarbor.client.http.HttpApi} for any cluster, {@link
 * dev.jarbor.client.http.ClientConfig} for where and as whom, {@link dev.jarbor.client.http.KubeConfig} for the file that
 * says so. The one owner of {@code java.net.http}. Runs on the live runtime only.
 */
@NullMarked
package dev.jarbor.client.http;

import org.jspecify.annotations.NullMarked;
