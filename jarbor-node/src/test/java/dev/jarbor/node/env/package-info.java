@NullMarked
package dev.jarbor.node.env;

import org.jspecify.annotations.NullMarked;
