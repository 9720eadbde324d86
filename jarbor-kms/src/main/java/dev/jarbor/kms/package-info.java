/** KMS plugins, which keep the keys that the keys of encryption at rest are sealed with. */
@NullMarked
package dev.jarbor.kms;

import org.jspecify.annotations.NullMarked;
