package dev.jarbor.server.admission;

/** What a request does to an object, in the words of admission: patches are updates, streams to pods are connections. */
public enum Operation {
    CREATE,
    UPDATE,
    DELETE,
    CONNECT
}
