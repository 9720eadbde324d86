/**
 * What objects use of a ResourceQuota: pure functions from objects to amounts, shared by the server, which charges, and the
 * controller, which counts anew.
 */
@NullMarked
package dev.jarbor.api.quota;

import org.jspecify.annotations.NullMarked;
