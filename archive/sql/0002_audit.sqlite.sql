-- The audit trail and its head; both only ever grow, except that retention takes away the oldest
-- rows up to what the head says was pruned.
CREATE TABLE audit (
    sequence INTEGER NOT NULL,
    at TEXT NOT NULL,
    behind INTEGER NOT NULL,
    kind TEXT NOT NULL,
    kiosk TEXT NOT NULL,
    organisation TEXT NOT NULL,
    subject TEXT NOT NULL,
    statement TEXT NOT NULL,
    count INTEGER NOT NULL,
    result TEXT NOT NULL,
    operator TEXT NOT NULL,
    reference TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (sequence)
);

CREATE INDEX audit_by_subject ON audit (subject, statement, kind) WHERE subject <> '';

CREATE INDEX audit_by_reference ON audit (reference) WHERE reference <> '';

CREATE INDEX audit_by_time ON audit (at);

CREATE INDEX audit_by_clock ON audit (sequence) WHERE kind = 'clock.settled';

CREATE TABLE audit_head (
    one INTEGER NOT NULL CHECK (one = 1),
    count INTEGER NOT NULL,
    hash TEXT NOT NULL,
    pruned INTEGER NOT NULL,
    pruned_hash TEXT NOT NULL,
    key_id TEXT NOT NULL,
    seal TEXT NOT NULL,
    PRIMARY KEY (one)
);

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
WHEN OLD.sequence > (SELECT pruned FROM audit_head)
BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;

-- INSERT OR REPLACE deletes without a delete trigger unless recursive_triggers is on.
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;

CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;

-- An empty trail may begin behind the rows that were pruned where it was copied from.
CREATE TRIGGER audit_head_only_forward BEFORE UPDATE ON audit_head
WHEN NOT (NEW.count = OLD.count + 1 AND NEW.pruned = OLD.pruned
    OR NEW.count = OLD.count AND NEW.pruned > OLD.pruned AND NEW.pruned <= NEW.count
    OR OLD.count = 0 AND NEW.count = NEW.pruned)
BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;

CREATE TRIGGER audit_head_no_replace BEFORE INSERT ON audit_head
WHEN EXISTS (SELECT 1 FROM audit_head)
BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;
