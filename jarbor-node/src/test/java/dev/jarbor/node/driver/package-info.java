@NullMarked
package dev.jarbor.node.driver;

import org.jspecify.annotations.NullMarked;
