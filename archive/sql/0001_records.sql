-- The tables of the archive, in SQL that SQLite and PostgreSQL share: INTEGER stands for 64 bits,
-- money is fen, a month YYYYMM, a date YYYYMMDD. Tables that grow have the person first in their
-- primary key, so that a citizen's page is one range read, and one shard where there are several.
-- A release adds files beside this one and changes none.

-- Small tables, the same for everybody.

CREATE TABLE employers (
    employer_id TEXT NOT NULL,
    employer_name TEXT NOT NULL,
    credit_code TEXT,
    agency TEXT,
    region TEXT,
    PRIMARY KEY (employer_id)
);

CREATE TABLE agencies (
    agency TEXT NOT NULL,
    agency_name TEXT NOT NULL,
    agency_kind TEXT NOT NULL,
    agency_address TEXT,
    agency_hours TEXT,
    agency_phone TEXT,
    agency_transit TEXT,
    region TEXT,
    PRIMARY KEY (agency)
);

CREATE TABLE guides (
    task_code TEXT NOT NULL,
    task_version INTEGER NOT NULL,
    task_name TEXT NOT NULL,
    effective_from INTEGER NOT NULL,
    effective_to INTEGER,
    legal_basis TEXT,
    accepted_by TEXT,
    procedure TEXT,
    materials_text TEXT,
    fees TEXT,
    time_limit TEXT,
    liability TEXT,
    enquiries TEXT,
    complaints TEXT,
    hours_and_address TEXT,
    transit TEXT,
    legal_days INTEGER,
    promised_days INTEGER,
    on_terminals TEXT,
    keywords TEXT,
    PRIMARY KEY (task_code, task_version)
);

CREATE TABLE guide_materials (
    task_code TEXT NOT NULL,
    task_version INTEGER NOT NULL,
    material_number INTEGER NOT NULL,
    material_name TEXT NOT NULL,
    copies INTEGER,
    form TEXT,
    needed TEXT,
    origin TEXT,
    legal_basis TEXT,
    hint TEXT,
    PRIMARY KEY (task_code, task_version, material_number)
);

CREATE TABLE notices (
    notice_code TEXT NOT NULL,
    notice_text TEXT NOT NULL,
    notice_from INTEGER NOT NULL,
    task_code TEXT,
    legal_basis TEXT,
    PRIMARY KEY (notice_code)
);

-- Persons, and what is recorded for each.

CREATE TABLE persons (
    person INTEGER NOT NULL,
    person_id TEXT NOT NULL,
    social_security_number TEXT NOT NULL,
    name TEXT NOT NULL,
    sex TEXT NOT NULL,
    ethnicity TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    work_started INTEGER,
    retired_on INTEGER,
    region TEXT,
    document_kind TEXT,
    document_number TEXT,
    household_kind TEXT,
    household_place TEXT,
    employment_state TEXT,
    retirement_state TEXT,
    died_on TEXT,
    phone TEXT,
    address TEXT,
    PRIMARY KEY (person)
);

CREATE TABLE cards (
    person INTEGER NOT NULL,
    identification_code TEXT NOT NULL,
    card_number TEXT NOT NULL,
    region TEXT NOT NULL,
    card_status TEXT NOT NULL,
    issued INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    replaced_by TEXT,
    PRIMARY KEY (person, identification_code)
);

CREATE TABLE card_orders (
    person INTEGER NOT NULL,
    order_number TEXT NOT NULL,
    order_kind TEXT NOT NULL,
    order_state TEXT NOT NULL,
    ordered_on INTEGER NOT NULL,
    state_since INTEGER,
    ready_by INTEGER,
    agency TEXT,
    PRIMARY KEY (person, order_number)
);

CREATE TABLE registrations (
    person INTEGER NOT NULL,
    line INTEGER NOT NULL,
    started INTEGER NOT NULL,
    employer_id TEXT NOT NULL,
    status TEXT NOT NULL,
    payment_status TEXT NOT NULL,
    first_month INTEGER NOT NULL,
    insured_since INTEGER NOT NULL,
    ended INTEGER,
    region TEXT,
    PRIMARY KEY (person, line, started, employer_id)
);

CREATE TABLE contributions (
    person INTEGER NOT NULL,
    line INTEGER NOT NULL,
    month INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    settled_after INTEGER NOT NULL,
    payer INTEGER NOT NULL,
    base INTEGER NOT NULL,
    employer_due INTEGER NOT NULL,
    employee_due INTEGER NOT NULL,
    employer_short INTEGER NOT NULL,
    employee_short INTEGER NOT NULL,
    paid_status INTEGER NOT NULL,
    to_account INTEGER NOT NULL,
    posted_after INTEGER,
    PRIMARY KEY (person, line, month, kind, settled_after, payer)
);

CREATE TABLE subsidies (
    person INTEGER NOT NULL,
    line INTEGER NOT NULL,
    month INTEGER NOT NULL,
    payer TEXT NOT NULL,
    subsidy INTEGER NOT NULL,
    paid_on INTEGER,
    PRIMARY KEY (person, line, month, payer)
);

CREATE TABLE years (
    person INTEGER NOT NULL,
    line INTEGER NOT NULL,
    paid_months INTEGER NOT NULL,
    deemed_months INTEGER NOT NULL,
    interrupted_months INTEGER,
    total_months INTEGER,
    counted_to INTEGER,
    PRIMARY KEY (person, line)
);

CREATE TABLE accounts (
    person INTEGER NOT NULL,
    line INTEGER NOT NULL,
    year INTEGER NOT NULL,
    opening INTEGER NOT NULL,
    principal INTEGER NOT NULL,
    interest INTEGER NOT NULL,
    paid_out INTEGER NOT NULL,
    closing INTEGER NOT NULL,
    months_so_far INTEGER,
    interest_to INTEGER,
    account_state TEXT,
    PRIMARY KEY (person, line, year)
);

CREATE TABLE benefits (
    person INTEGER NOT NULL,
    benefit TEXT NOT NULL,
    first_benefit_month INTEGER NOT NULL,
    line INTEGER NOT NULL,
    benefit_state TEXT NOT NULL,
    suspended_on INTEGER,
    reason TEXT,
    amount INTEGER,
    pay_method TEXT,
    bank TEXT,
    bank_account TEXT,
    agency TEXT,
    PRIMARY KEY (person, benefit, first_benefit_month)
);

CREATE TABLE benefit_payments (
    person INTEGER NOT NULL,
    benefit TEXT NOT NULL,
    benefit_month INTEGER NOT NULL,
    item TEXT NOT NULL,
    amount INTEGER NOT NULL,
    item_name TEXT,
    from_account INTEGER,
    back_months INTEGER,
    back_amount INTEGER,
    paid_on INTEGER,
    PRIMARY KEY (person, benefit, benefit_month, item)
);

CREATE TABLE unemployment_grants (
    person INTEGER NOT NULL,
    granted_from INTEGER NOT NULL,
    granted_to INTEGER NOT NULL,
    granted_months INTEGER NOT NULL,
    monthly_amount INTEGER NOT NULL,
    counted_months INTEGER,
    months_left INTEGER,
    benefit_state TEXT,
    PRIMARY KEY (person, granted_from)
);

CREATE TABLE injuries (
    person INTEGER NOT NULL,
    injury_number TEXT NOT NULL,
    injured_on INTEGER NOT NULL,
    recognised_on INTEGER,
    result TEXT,
    disability_grade INTEGER,
    employer_id TEXT,
    PRIMARY KEY (person, injury_number)
);

CREATE TABLE maternity (
    person INTEGER NOT NULL,
    event_on INTEGER NOT NULL,
    birth_event TEXT NOT NULL,
    amount INTEGER,
    paid_on INTEGER,
    PRIMARY KEY (person, event_on, birth_event)
);

CREATE TABLE medical (
    person INTEGER NOT NULL,
    medical_line TEXT NOT NULL,
    year INTEGER NOT NULL,
    medical_state TEXT,
    income INTEGER,
    spent INTEGER,
    balance INTEGER,
    PRIMARY KEY (person, medical_line, year)
);

CREATE TABLE certifications (
    person INTEGER NOT NULL,
    year INTEGER NOT NULL,
    certified_on INTEGER NOT NULL,
    method TEXT,
    valid_until INTEGER,
    agency TEXT,
    PRIMARY KEY (person, year)
);

CREATE TABLE transfers (
    person INTEGER NOT NULL,
    transfer_number TEXT NOT NULL,
    direction TEXT NOT NULL,
    line INTEGER NOT NULL,
    transfer_state TEXT NOT NULL,
    accepted_on INTEGER NOT NULL,
    counterpart TEXT,
    counterpart_region TEXT,
    finished_on INTEGER,
    first INTEGER,
    last INTEGER,
    months INTEGER,
    account_amount INTEGER,
    fund_amount INTEGER,
    PRIMARY KEY (person, transfer_number)
);

CREATE TABLE employments (
    person INTEGER NOT NULL,
    employment_number TEXT NOT NULL,
    employed_on INTEGER NOT NULL,
    employer_name TEXT,
    employment_form TEXT,
    employment_ended INTEGER,
    region TEXT,
    PRIMARY KEY (person, employment_number)
);

CREATE TABLE unemployments (
    person INTEGER NOT NULL,
    unemployment_number TEXT NOT NULL,
    unemployed_on INTEGER NOT NULL,
    unemployment_reason TEXT,
    employer_name TEXT,
    cancelled_on INTEGER,
    region TEXT,
    PRIMARY KEY (person, unemployment_number)
);

CREATE TABLE contracts (
    person INTEGER NOT NULL,
    contract_number TEXT NOT NULL,
    contract_from INTEGER NOT NULL,
    employer_name TEXT,
    contract_to INTEGER,
    contract_kind TEXT,
    filed_on INTEGER,
    region TEXT,
    PRIMARY KEY (person, contract_number)
);

CREATE TABLE archive_index (
    person INTEGER NOT NULL,
    dossier_number TEXT NOT NULL,
    dossier_agency TEXT NOT NULL,
    stock_flag TEXT NOT NULL,
    lent_flag TEXT NOT NULL,
    ownership TEXT NOT NULL,
    location TEXT,
    received_on INTEGER,
    former_agency TEXT,
    missing_materials TEXT,
    identity TEXT,
    region TEXT,
    PRIMARY KEY (person, dossier_number)
);

CREATE TABLE dossier_transfers (
    person INTEGER NOT NULL,
    dossier_number TEXT NOT NULL,
    dossier_direction TEXT NOT NULL,
    accepted_on INTEGER NOT NULL,
    counterpart TEXT,
    dossier_method TEXT,
    post_number TEXT,
    reason TEXT,
    finished_on INTEGER,
    PRIMARY KEY (person, dossier_number, dossier_direction, accepted_on)
);

CREATE TABLE dossier_materials (
    person INTEGER NOT NULL,
    dossier_number TEXT NOT NULL,
    material_class INTEGER NOT NULL,
    material_count INTEGER NOT NULL,
    present TEXT,
    PRIMARY KEY (person, dossier_number, material_class)
);

CREATE TABLE missing_materials (
    person INTEGER NOT NULL,
    dossier_number TEXT NOT NULL,
    material_name TEXT NOT NULL,
    told_on INTEGER NOT NULL,
    effect TEXT,
    committed_on INTEGER,
    supply_by INTEGER,
    supplied_on INTEGER,
    PRIMARY KEY (person, dossier_number, material_name)
);

CREATE TABLE cases (
    person INTEGER NOT NULL,
    case_number TEXT NOT NULL,
    task_code TEXT NOT NULL,
    task_name TEXT NOT NULL,
    accepted_on INTEGER NOT NULL,
    case_state TEXT NOT NULL,
    legal_days INTEGER,
    promised_days INTEGER,
    finished_on INTEGER,
    agency TEXT,
    PRIMARY KEY (person, case_number)
);

CREATE TABLE case_steps (
    person INTEGER NOT NULL,
    case_number TEXT NOT NULL,
    step_number INTEGER NOT NULL,
    step_name TEXT NOT NULL,
    done_on INTEGER,
    agency TEXT,
    PRIMARY KEY (person, case_number, step_number)
);

CREATE TABLE sources (
    record_kind TEXT NOT NULL,
    as_of INTEGER NOT NULL,
    source TEXT,
    PRIMARY KEY (record_kind)
);

-- Where to find what a value belongs to: a keyed hash of the value, and the person.
CREATE TABLE pointers (
    pointer INTEGER NOT NULL,
    person INTEGER NOT NULL,
    PRIMARY KEY (pointer)
);

-- An employer and a region, as contributions name them together.
CREATE TABLE payers (
    payer INTEGER NOT NULL,
    employer_id TEXT NOT NULL,
    region TEXT NOT NULL,
    PRIMARY KEY (payer)
);

CREATE UNIQUE INDEX payers_by_employer ON payers (employer_id, region);

-- How far each file of the import under way is, written together with the rows it brought, so that
-- an import that broke off goes on where it was. `run` is a digest of all its files.
CREATE TABLE imports (
    number INTEGER NOT NULL,
    run TEXT NOT NULL,
    kind TEXT NOT NULL,
    step TEXT NOT NULL,
    position INTEGER NOT NULL,
    line INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    warned INTEGER NOT NULL,
    rejects_position INTEGER NOT NULL,
    PRIMARY KEY (number)
);

-- Whether what was last loaded of a kind is whole: 0 while a load is under way or has broken off.
CREATE TABLE loads (
    kind TEXT NOT NULL,
    whole INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (kind)
);

-- What the store knows of itself: the key it is sealed with, the last number given to a person.
CREATE TABLE facts (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);
