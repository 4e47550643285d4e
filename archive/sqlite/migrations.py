"""The schema of the SQLite store, one small function for each step.

Tables that grow have the person first in their primary key and no rowid: a citizen's page is
one range read of neighbouring pages. Money is fen, months are YYYYMM and dates YYYYMMDD, all
as integers. A release adds steps at the end and changes none.
"""

from typing import Final

from sqlite_utils import Database, Migrations

migrations: Final = Migrations("archive")


@migrations()
def m0001_people(db: Database) -> None:
    """Employers, persons, cards and their registrations."""
    db.execute("""
        CREATE TABLE employers (
            employer_id TEXT NOT NULL PRIMARY KEY,
            employer_name TEXT NOT NULL,
            credit_code TEXT,
            agency TEXT,
            region TEXT
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE persons (
            person_id TEXT NOT NULL PRIMARY KEY,
            social_security_number TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            sex TEXT NOT NULL,
            ethnicity TEXT NOT NULL,
            birth_date INTEGER NOT NULL,
            work_started INTEGER,
            retired_on INTEGER,
            region TEXT
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE cards (
            identification_code TEXT NOT NULL PRIMARY KEY,
            card_number TEXT NOT NULL,
            person_id TEXT NOT NULL,
            region TEXT NOT NULL,
            card_status TEXT NOT NULL,
            issued INTEGER NOT NULL,
            expires INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX cards_by_person ON cards (person_id)")


@migrations()
def m0002_rights(db: Database) -> None:
    """Registrations, contributions and the index of personnel files."""
    db.execute("""
        CREATE TABLE registrations (
            person_id TEXT NOT NULL,
            line TEXT NOT NULL,
            started INTEGER NOT NULL,
            employer_id TEXT NOT NULL,
            status TEXT NOT NULL,
            payment_status TEXT NOT NULL,
            first_month INTEGER NOT NULL,
            insured_since INTEGER NOT NULL,
            ended INTEGER,
            region TEXT,
            PRIMARY KEY (person_id, line, started, employer_id)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE contributions (
            person_id TEXT NOT NULL,
            line TEXT NOT NULL,
            month INTEGER NOT NULL,
            kind TEXT NOT NULL,
            settled INTEGER NOT NULL,
            employer_id TEXT NOT NULL,
            base INTEGER NOT NULL,
            employer_due INTEGER NOT NULL,
            employee_due INTEGER NOT NULL,
            employer_paid INTEGER NOT NULL,
            employee_paid INTEGER NOT NULL,
            paid_status TEXT NOT NULL,
            to_account INTEGER NOT NULL,
            posted_on INTEGER,
            region TEXT,
            PRIMARY KEY (person_id, line, month, kind, settled, employer_id)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE archive_index (
            person_id TEXT NOT NULL,
            dossier_number TEXT NOT NULL,
            dossier_agency TEXT NOT NULL,
            stock_flag TEXT NOT NULL,
            lent_flag TEXT NOT NULL,
            ownership TEXT NOT NULL,
            location TEXT,
            received_on INTEGER,
            former_agency TEXT,
            missing_materials TEXT,
            PRIMARY KEY (person_id, dossier_number)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE meta (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            as_of INTEGER NOT NULL,
            source TEXT
        ) STRICT""")


@migrations()
def m0003_audit(db: Database) -> None:
    """The audit trail and its head; both only ever grow."""
    db.execute("""
        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
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
            hash TEXT NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE audit_head (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            count INTEGER NOT NULL,
            hash TEXT NOT NULL,
            key_id TEXT NOT NULL,
            seal TEXT NOT NULL
        ) STRICT""")
    for name, event in (("update", "UPDATE"), ("delete", "DELETE")):
        db.execute(f"""
            CREATE TRIGGER audit_no_{name} BEFORE {event} ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END""")
    # INSERT OR REPLACE deletes without a delete trigger unless recursive_triggers is on.
    db.execute("""
        CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
        WHEN EXISTS (SELECT 1 FROM audit WHERE sequence = NEW.sequence)
        BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END""")
    db.execute("""
        CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
        BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END""")
    db.execute("""
        CREATE TRIGGER audit_head_only_forward BEFORE UPDATE ON audit_head
        WHEN NEW.count <> OLD.count + 1
        BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END""")
    db.execute("""
        CREATE TRIGGER audit_head_no_replace BEFORE INSERT ON audit_head
        WHEN EXISTS (SELECT 1 FROM audit_head)
        BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END""")
