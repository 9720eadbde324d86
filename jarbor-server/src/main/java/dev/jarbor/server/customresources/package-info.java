/** Custom resources: their definitions, how these become resources that are served, and how their objects behave. */
@NullMarked
package dev.jarbor.server.customresources;

import org.jspecify.annotations.NullMarked;
