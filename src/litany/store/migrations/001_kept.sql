-- Kept tables only grow. Bodies (what people wrote or are) stand apart from the rows that prove that they existed, so
-- that one audited withdrawal can erase them. Integer keys inside; each unique id stands once.

CREATE TABLE custody (
    key INTEGER PRIMARY KEY,
    installation TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n > 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    line BLOB NOT NULL,
    UNIQUE (installation, n)
) STRICT;

CREATE TABLE kept (
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 20),
    kind TEXT NOT NULL,
    custody INTEGER NOT NULL REFERENCES custody (key) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX kept_by_kind ON kept (kind, key);
CREATE TABLE kept_body (kept INTEGER PRIMARY KEY REFERENCES kept (key), body BLOB NOT NULL) STRICT;

CREATE TABLE anchor (
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 20),
    custody INTEGER NOT NULL REFERENCES custody (key) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE TABLE anchor_body (anchor INTEGER PRIMARY KEY REFERENCES anchor (key), body BLOB NOT NULL) STRICT;

CREATE TABLE statement (
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 20),
    anchor INTEGER NOT NULL REFERENCES anchor (key),
    reading INTEGER NOT NULL REFERENCES kept (key),
    sheet INTEGER NOT NULL,
    row INTEGER NOT NULL,
    start INTEGER NOT NULL,
    length INTEGER NOT NULL,
    custody INTEGER NOT NULL REFERENCES custody (key) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX statement_by_anchor ON statement (anchor);
CREATE INDEX statement_by_reading ON statement (reading, sheet, row);
CREATE TABLE statement_body (statement INTEGER PRIMARY KEY REFERENCES statement (key), body BLOB NOT NULL) STRICT;

-- A recipe names itself (its id is the hash of its body), so it needs no custody line and moves no case head.
CREATE TABLE recipe (
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 20),
    body BLOB NOT NULL,
    figure BLOB NOT NULL
) STRICT;

-- The ids of bodies that a withdrawal may erase; the only door through the triggers below. A line of custody speaks of
-- those that it added, so that nobody erases unseen; two offices may withdraw the same row, each in its own line.
CREATE TABLE erasable (
    id BLOB NOT NULL CHECK (length(id) = 20),
    withdrawal INTEGER NOT NULL REFERENCES kept (key),
    custody INTEGER NOT NULL REFERENCES custody (key) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (id, withdrawal, custody)
) STRICT, WITHOUT ROWID;

-- A row that two installations both added stands once; the line that came second claims it here.
CREATE TABLE claim (
    custody INTEGER NOT NULL REFERENCES custody (key) DEFERRABLE INITIALLY DEFERRED,
    id BLOB NOT NULL CHECK (length(id) = 20),
    PRIMARY KEY (custody, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER claim_no_update BEFORE UPDATE ON claim BEGIN SELECT RAISE(ABORT, 'a claim is never changed'); END;
CREATE TRIGGER claim_no_delete BEFORE DELETE ON claim BEGIN SELECT RAISE(ABORT, 'a claim is never deleted'); END;
CREATE TRIGGER custody_no_update BEFORE UPDATE ON custody BEGIN SELECT RAISE(ABORT, 'custody only grows'); END;
CREATE TRIGGER custody_no_delete BEFORE DELETE ON custody BEGIN SELECT RAISE(ABORT, 'custody only grows'); END;
CREATE TRIGGER kept_no_update BEFORE UPDATE ON kept BEGIN SELECT RAISE(ABORT, 'a kept record is never changed: add a correction instead'); END;
CREATE TRIGGER kept_no_delete BEFORE DELETE ON kept BEGIN SELECT RAISE(ABORT, 'a kept record is never deleted: add a correction instead'); END;
CREATE TRIGGER anchor_no_update BEFORE UPDATE ON anchor BEGIN SELECT RAISE(ABORT, 'an anchor is permanent'); END;
CREATE TRIGGER anchor_no_delete BEFORE DELETE ON anchor BEGIN SELECT RAISE(ABORT, 'an anchor is permanent'); END;
CREATE TRIGGER statement_no_update BEFORE UPDATE ON statement BEGIN SELECT RAISE(ABORT, 'a statement is never edited: add a correction instead'); END;
CREATE TRIGGER statement_no_delete BEFORE DELETE ON statement BEGIN SELECT RAISE(ABORT, 'a statement is never deleted: add a correction instead'); END;
CREATE TRIGGER recipe_no_update BEFORE UPDATE ON recipe BEGIN SELECT RAISE(ABORT, 'a recipe is never changed'); END;
CREATE TRIGGER recipe_erase BEFORE DELETE ON recipe WHEN NOT EXISTS (SELECT 1 FROM erasable WHERE id = OLD.id)
    BEGIN SELECT RAISE(ABORT, 'only a withdrawal erases: litany correct withdraw'); END;
CREATE TRIGGER erasable_no_update BEFORE UPDATE ON erasable BEGIN SELECT RAISE(ABORT, 'a withdrawal is never changed'); END;
CREATE TRIGGER erasable_no_delete BEFORE DELETE ON erasable BEGIN SELECT RAISE(ABORT, 'a withdrawal is never deleted'); END;
CREATE TRIGGER kept_body_no_update BEFORE UPDATE ON kept_body BEGIN SELECT RAISE(ABORT, 'a kept record is never changed: add a correction instead'); END;
CREATE TRIGGER anchor_body_no_update BEFORE UPDATE ON anchor_body BEGIN SELECT RAISE(ABORT, 'an anchor is permanent'); END;
CREATE TRIGGER statement_body_no_update BEFORE UPDATE ON statement_body BEGIN SELECT RAISE(ABORT, 'a statement is never edited: add a correction instead'); END;
CREATE TRIGGER kept_body_erase BEFORE DELETE ON kept_body
    WHEN NOT EXISTS (SELECT 1 FROM kept JOIN erasable ON erasable.id = kept.id WHERE kept.key = OLD.kept)
    BEGIN SELECT RAISE(ABORT, 'only a withdrawal erases: litany correct withdraw'); END;
CREATE TRIGGER anchor_body_erase BEFORE DELETE ON anchor_body
    WHEN NOT EXISTS (SELECT 1 FROM anchor JOIN erasable ON erasable.id = anchor.id WHERE anchor.key = OLD.anchor)
    BEGIN SELECT RAISE(ABORT, 'only a withdrawal erases: litany correct withdraw'); END;
CREATE TRIGGER statement_body_erase BEFORE DELETE ON statement_body
    WHEN NOT EXISTS (SELECT 1 FROM statement JOIN erasable ON erasable.id = statement.id WHERE statement.key = OLD.statement)
    BEGIN SELECT RAISE(ABORT, 'only a withdrawal erases: litany correct withdraw'); END;
