/** The rules of resource.k8s.io: devices, what pods claim of them, and what keeps pods away from them. */
@NullMarked
package dev.jarbor.server.kinds.device;

import org.jspecify.annotations.NullMarked;
