/** {@code x-kubernetes-validations}: the rules in the schema of a custom resource. */
@NullMarked
package dev.jarbor.cel.rules;

import org.jspecify.annotations.NullMarked;
