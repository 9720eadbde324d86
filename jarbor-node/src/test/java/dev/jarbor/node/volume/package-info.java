@NullMarked
package dev.jarbor.node.volume;

import org.jspecify.annotations.NullMarked;
