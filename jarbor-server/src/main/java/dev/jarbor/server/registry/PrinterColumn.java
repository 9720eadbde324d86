package dev.jarbor.server.registry;

import dev.jarbor.api.jsonpath.JsonPath;

/**
 * A column of the table of a custom resource.
 *
 * @param type integer, number, string, boolean or date
 * @param priority 0 for columns that are always shown
 * @param path where its value stands
 */
public record PrinterColumn(
        String name, String type, String format, String description, long priority, JsonPath path) {}
