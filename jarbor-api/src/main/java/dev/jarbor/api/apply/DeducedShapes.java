package dev.jarbor.api.apply;

import java.util.Map;

/** What objects and lists are taken for where nothing is known of them. */
final class DeducedShapes {
    static final Shape.Fields OBJECT = Shape.Fields.of(Map.of(), Shape.Deduced.DEDUCED, false);
    static final Shape.Items LIST = new Shape.Items(Shape.Listing.ATOMIC, Map.of(), Shape.Deduced.DEDUCED);

    private DeducedShapes() {}
}
