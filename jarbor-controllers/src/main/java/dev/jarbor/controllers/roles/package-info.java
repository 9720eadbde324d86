/** ClusterRoles that are made of others. */
@NullMarked
package dev.jarbor.controllers.roles;

import org.jspecify.annotations.NullMarked;
