/**
 * The wire forms of values: JSON, YAML and the Kubernetes protobuf encoding, each bounded and with the reference's
 * error texts.
 */
@NullMarked
package dev.jarbor.api.codec;

import org.jspecify.annotations.NullMarked;
