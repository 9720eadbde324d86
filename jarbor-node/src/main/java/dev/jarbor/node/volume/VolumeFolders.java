package dev.jarbor.node.volume;

import java.io.IOException;
import java.nio.file.Path;

/** Where the data of local volumes is. */
public interface VolumeFolders {
    /** The path on its node of the folder of that name. */
    String path(String name);

    /** Makes the folder, for everybody to write into; leaves it as it is where it is there. */
    void make(String name) throws IOException;

    /** Whether the folder is there. */
    boolean has(String name);

    /** Removes the folder with all that is in it; nothing where there is none. */
    void remove(String name) throws IOException;

    /** Folders below {@code root} on this machine. */
    static VolumeFolders on(Path root) {
        return new DiskFolders(root);
    }

    /** Of nodes that keep no files: paths without anything behind them. */
    static VolumeFolders imagined() {
        return new VolumeFolders() {
            @Override
            public String path(String name) {
                return "/var/lib/jarbor/volumes/" + name;
            }

            @Override
            public void make(String name) {}

            @Override
            public boolean has(String name) {
                return true;
            }

            @Override
            public void remove(String name) {}
        };
    }
}
