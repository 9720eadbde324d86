/**
 * The store in an etcd cluster: several servers share one state, each with a cache of it that a watch of etcd keeps in
 * step. {@link dev.jarbor.etcd.EtcdStore} says how.
 */
@NullMarked
package dev.jarbor.etcd;

import org.jspecify.annotations.NullMarked;
