/** The schema of what is served, as OpenAPI version 2 and 3 documents, for explain, validation and code generators. */
@NullMarked
package dev.jarbor.server.openapi;

import org.jspecify.annotations.NullMarked;
