@NullMarked
package dev.jarbor.node.pod;

import org.jspecify.annotations.NullMarked;
