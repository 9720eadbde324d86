/** What the rules of kinds are written with: collecting faults, small edits, names of resources, addresses, selectors. */
@NullMarked
package dev.jarbor.server.kinds.rules;

import org.jspecify.annotations.NullMarked;
