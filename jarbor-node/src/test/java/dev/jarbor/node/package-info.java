@NullMarked
package dev.jarbor.node;

import org.jspecify.annotations.NullMarked;
