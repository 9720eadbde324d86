package dev.jarbor.cel.library;

/** A library's value that {@code string(x)} can print. */
interface Printable {
    String printed();
}
