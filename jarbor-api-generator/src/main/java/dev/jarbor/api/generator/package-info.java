/**
 * Reads the official Java client's published model at build time and writes Jarbor's schema files and typed views. A
 * straight line of steps: {@link dev.jarbor.api.generator.ClientModel} and {@link
 * dev.jarbor.api.generator.ProtobufModel} read, {@link dev.jarbor.api.generator.TypeNames} names, {@link
 * dev.jarbor.api.generator.SchemaAssembly} joins them with the tables of facts, the writers print.
 */
@NullMarked
package dev.jarbor.api.generator;

import org.jspecify.annotations.NullMarked;
