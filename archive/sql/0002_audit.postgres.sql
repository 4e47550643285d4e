-- The audit trail and its head, as in 0002_audit.sqlite.sql. On several nodes the trail stays one
-- local table of the coordinator: a chain needs one place that orders it.
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

CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail only grows' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION audit_may_be_pruned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.sequence > (SELECT pruned FROM audit_head) THEN
        RAISE EXCEPTION 'the audit trail only grows'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_only_grows();

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_may_be_pruned();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();

CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
FOR EACH ROW EXECUTE FUNCTION audit_only_grows();

CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head
FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();

-- An empty trail may begin behind the rows that were pruned where it was copied from.
CREATE TRIGGER audit_head_only_forward BEFORE UPDATE ON audit_head
FOR EACH ROW WHEN (NOT (NEW.count = OLD.count + 1 AND NEW.pruned = OLD.pruned
    OR NEW.count = OLD.count AND NEW.pruned > OLD.pruned AND NEW.pruned <= NEW.count
    OR OLD.count = 0 AND NEW.count = NEW.pruned))
EXECUTE FUNCTION audit_only_grows();
