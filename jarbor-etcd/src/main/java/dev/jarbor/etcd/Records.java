package dev.jarbor.etcd;

import com.google.protobuf.ByteString;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.SharedValues;
import dev.jarbor.etcd.proto.KeyValue;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.record.DamagedRecordException;
import dev.jarbor.store.record.RecordFormat;
import dev.jarbor.store.record.UnknownFormatException;
import dev.jarbor.store.sealing.SealedException;
import dev.jarbor.store.sealing.Sealing;

/** Objects as etcd's values, sealed where they are to be. The resource version is the revision of the key. */
final class Records {
    private final SharedValues parts = new SharedValues();
    private final RecordFormat format;
    private final Revisions revisions;

    Records(Sealing sealing, Revisions revisions) {
        this.revisions = revisions;
        this.format = new RecordFormat(sealing);
    }

    ByteString bytes(EtcdKeys.Place place, ObjectValue object) {
        return ByteString.copyFrom(format.write(place.resource(), place.key(), object));
    }

    /** @throws StoreException when something else lies there */
    ObjectValue object(EtcdKeys.Place place, KeyValue found) {
        try {
            RecordFormat.Stored stored = format.read(
                    place.resource(),
                    place.key(),
                    revisions.of(found.getModRevision()),
                    found.getValue().toByteArray());
            return parts.share(stored.object());
        } catch (DamagedRecordException | UnknownFormatException | SealedException unreadable) {
            throw new StoreException(
                    StoreException.Outcome.NOT_DONE,
                    "cannot read what etcd has under " + found.getKey().toStringUtf8() + ": " + unreadable.getMessage(),
                    unreadable);
        }
    }

    /** The same object, sharing its equal parts with others. */
    ObjectValue shared(ObjectValue object) {
        return parts.share(object);
    }
}
