/** Pods that will not be able to share their volumes where SELinux labels whole mounts. */
@NullMarked
package dev.jarbor.controllers.selinux;

import org.jspecify.annotations.NullMarked;
