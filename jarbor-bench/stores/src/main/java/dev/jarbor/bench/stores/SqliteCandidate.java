package dev.jarbor.bench.stores;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** SQLite with a write-ahead log, flushed with each transaction. */
final class SqliteCandidate implements Candidate {
    private final Connection db;
    private final PreparedStatement log;
    private final PreparedStatement object;

    SqliteCandidate(Path folder) throws SQLException {
        db = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("db"));
        try (Statement setup = db.createStatement()) {
            setup.execute("PRAGMA journal_mode=WAL");
            setup.execute("PRAGMA synchronous=FULL");
            setup.execute("CREATE TABLE IF NOT EXISTS log (number INTEGER PRIMARY KEY, object BLOB)");
            setup.execute("CREATE TABLE IF NOT EXISTS objects (key BLOB PRIMARY KEY, object BLOB) WITHOUT ROWID");
        }
        db.setAutoCommit(false);
        log = db.prepareStatement("INSERT INTO log VALUES (?, ?)");
        object = db.prepareStatement("INSERT OR REPLACE INTO objects VALUES (?, ?)");
    }

    @Override
    public void commit(long first, List<byte[]> group) throws SQLException {
        long number = first;
        for (byte[] bytes : group) {
            log.setLong(1, number);
            log.setBytes(2, bytes);
            log.executeUpdate();
            object.setBytes(1, Candidate.key(number++));
            object.setBytes(2, bytes);
            object.executeUpdate();
        }
        db.commit();
    }

    @Override
    public long count() throws SQLException {
        try (Statement query = db.createStatement();
                ResultSet rows = query.executeQuery("SELECT count(object) FROM log")) {
            return rows.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        db.close();
    }
}
