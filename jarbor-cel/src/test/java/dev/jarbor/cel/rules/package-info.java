@NullMarked
package dev.jarbor.cel.rules;

import org.jspecify.annotations.NullMarked;
