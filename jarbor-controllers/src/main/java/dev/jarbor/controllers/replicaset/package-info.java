/** Keeps as many pods as a ReplicaSet or ReplicationController asks for. */
@NullMarked
package dev.jarbor.controllers.replicaset;

import org.jspecify.annotations.NullMarked;
