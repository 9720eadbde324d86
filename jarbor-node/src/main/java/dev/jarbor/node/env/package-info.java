/** What containers find in their environment: variables from the pod, ConfigMaps, Secrets, fields and services. */
@NullMarked
package dev.jarbor.node.env;

import org.jspecify.annotations.NullMarked;
