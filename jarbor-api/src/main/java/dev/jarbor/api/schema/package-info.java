/**
 * The structure of the API's types as data: which fields a type has, what they hold, how lists merge and how protobuf
 * numbers them. The built-in types are generated from the official client's model; a custom resource brings its own.
 */
@NullMarked
package dev.jarbor.api.schema;

import org.jspecify.annotations.NullMarked;
