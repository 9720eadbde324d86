/** Role-based access control: rules, their evaluation over the store's state, and the roles that exist from the start. */
@NullMarked
package dev.jarbor.server.rbac;

import org.jspecify.annotations.NullMarked;
