package dev.jarbor.client;

import dev.jarbor.api.KubeObject;
import java.util.List;

/**
 * A consistent list.
 *
 * @param items the objects, in key order
 * @param resourceVersion the revision they were read at: a watch from here misses nothing
 * @param continueToken asks for the next page; "" on the last one
 */
public record ObjectList<T extends KubeObject>(List<T> items, String resourceVersion, String continueToken) {}
