"""The kinds of rows that files bring and stores keep, and their columns: one table, which the
schema is checked against and which import, export, copy and the reading of rows all follow.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Final

from archive import model
from archive.elements import Element, element

Cell = str | int | None
"""A logical cell: text, a code, fen, YYYYMM or YYYYMMDD as a number, or nothing."""


class RecordKind(Enum):
    """A kind of row; the value is its table. A row refers only to kinds before its own."""

    EMPLOYERS = "employers"
    AGENCIES = "agencies"
    GUIDES = "guides"
    GUIDE_MATERIALS = "guide_materials"
    NOTICES = "notices"
    PERSONS = "persons"
    CARDS = "cards"
    CARD_ORDERS = "card_orders"
    REGISTRATIONS = "registrations"
    CONTRIBUTIONS = "contributions"
    SUBSIDIES = "subsidies"
    YEARS = "years"
    ACCOUNTS = "accounts"
    BENEFITS = "benefits"
    BENEFIT_PAYMENTS = "benefit_payments"
    UNEMPLOYMENT_GRANTS = "unemployment_grants"
    INJURIES = "injuries"
    MATERNITY = "maternity"
    MEDICAL = "medical"
    CERTIFICATIONS = "certifications"
    TRANSFERS = "transfers"
    EMPLOYMENTS = "employments"
    UNEMPLOYMENTS = "unemployments"
    CONTRACTS = "contracts"
    ARCHIVE_INDEX = "archive_index"
    DOSSIER_TRANSFERS = "dossier_transfers"
    DOSSIER_MATERIALS = "dossier_materials"
    MISSING_MATERIALS = "missing_materials"
    CASES = "cases"
    CASE_STEPS = "case_steps"
    META = "sources"


@dataclass(frozen=True, slots=True)
class Column:
    """An element as a column of a kind of row."""

    element: Element
    required: bool
    """Whether the heading must be there."""
    filled: bool
    """Whether each row must hold a value."""
    empty: str | None
    """What an empty field stands for: part of a key stays text."""


@dataclass(frozen=True)
class RecordSpec:
    """The columns of a kind of row, the key first."""

    kind: RecordKind
    record: type[Any]
    """The value of a row; its fields stand in the order of the columns."""
    columns: tuple[Column, ...]
    key: int
    """How many of the first columns are the primary key."""
    telling: tuple[str, ...]
    """The elements by whose presence a file of this kind is recognised."""
    pointers: tuple[str, ...] = ()
    """Elements whose value names one person: the row is found by it without the person."""

    @property
    def table(self) -> str:
        """The table in the store."""
        return self.kind.value

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.element.field for column in self.columns)

    @cached_property
    def of_person(self) -> bool:
        """Whether each row belongs to one person; other kinds are small and the same for all."""
        return self.columns[0].element.code == PERSON

    def place(self, code: str) -> int:
        """Where the column of an element stands."""
        return next(i for i, column in enumerate(self.columns) if column.element.code == code)


PERSON: Final = "AAC001"


def _spec(
    kind: RecordKind,
    record: type[Any],
    *,
    tells: str,
    key: str,
    required: str = "",
    optional: str = "",
    pointers: str = "",
) -> RecordSpec:
    columns = (
        *_columns(key.split(), "", required=True),
        *_columns(required.split(), None, required=True),
        *_columns(optional.split(), None, required=False),
    )
    telling, points = tuple(tells.split()), tuple(pointers.split())
    return RecordSpec(kind, record, columns, len(key.split()), telling, points)


def _columns(codes: Iterable[str], empty: str | None, *, required: bool) -> Iterable[Column]:
    """With a question mark the heading must be there, but not a value; with two, neither."""
    for code in codes:
        filled = required and not code.endswith("?")
        heading = required and not code.endswith("??")
        yield Column(element(code.rstrip("?")), heading, filled, empty)


_K = RecordKind
# The order of recognition: a file of contributions also holds what tells the kinds below it.
SPECS: Final = {
    spec.kind: spec
    for spec in (
        _spec(
            _K.META,
            model.Source,
            tells="as_of",
            key="record_kind??",
            required="as_of",
            optional="source",
        ),
        _spec(
            _K.SUBSIDIES,
            model.Subsidy,
            tells="AAE341",
            key="AAC001 AAE140 AAE003 AAE341",
            required="subsidy",
            optional="paid_on",
        ),
        _spec(
            _K.CONTRIBUTIONS,
            model.Contribution,
            tells="AAE003",
            key="AAC001 AAE140 AAE003 AAA115 AAE002 AAB001?",
            required="AAE180 AAE020 AAE022 AAE080 AAE082 AAE078",
            optional="AAE021 EAD131 AAB301",
        ),
        _spec(
            _K.REGISTRATIONS,
            model.Registration,
            tells="AAC031",
            key="AAC001 AAE140 AAE030 AAB001?",
            required="AAC008 AAC031 AAC049 AAC030",
            optional="AAE031 AAB301",
        ),
        _spec(
            _K.YEARS,
            model.YearsOfInsurance,
            tells="AAE200",
            key="AAC001 AAE140",
            required="AAE201 AAE200",
            optional="EAE027 EAC047 counted_to",
        ),
        _spec(
            _K.ACCOUNTS,
            model.AccountYear,
            tells="AIC200",
            key="AAC001 AAE140 AAE001",
            required="AIC200 ZZB001 ZZB002 AIC340 ZZB005",
            optional="AIC042 EAC039 EAC040",
        ),
        _spec(
            _K.BENEFIT_PAYMENTS,
            model.BenefitPayment,
            tells="EAC064",
            key="AAC001 benefit EAC064 AAA036",
            required="AAE019",
            optional="AAA037 EIC013 EAC062 EAC063 paid_on",
        ),
        _spec(
            _K.BENEFITS,
            model.Benefit,
            tells="AIC160",
            key="AAC001 benefit AIC160",
            required="AAE140 aae170",
            optional="suspended_on AAE160 AAE019 AAE145 AAE008 AAE010 AAB034",
        ),
        _spec(
            _K.UNEMPLOYMENT_GRANTS,
            model.UnemploymentGrant,
            tells="aac164",
            key="AAC001 aac164",
            required="aac165 aac166 aac169",
            optional="aac161 aac167 aae170",
        ),
        _spec(
            _K.INJURIES,
            model.Injury,
            tells="injury_number",
            key="AAC001 injury_number",
            required="injured_on",
            optional="recognised_on injury_result disability_grade AAB001",
        ),
        _spec(
            _K.MATERNITY,
            model.MaternityEvent,
            tells="birth_event",
            key="AAC001 event_on birth_event",
            optional="AAE019 paid_on",
        ),
        _spec(
            _K.MEDICAL,
            model.MedicalYear,
            tells="medical_line",
            key="AAC001 medical_line AAE001",
            optional="medical_state income spent balance",
        ),
        _spec(
            _K.CERTIFICATIONS,
            model.Certification,
            tells="certified_on",
            key="AAC001 AAE001",
            required="certified_on",
            optional="certify_method valid_until AAB034",
        ),
        _spec(
            _K.TRANSFERS,
            model.Transfer,
            tells="transfer_number",
            key="AAC001 transfer_number",
            required="EAC071 AAE140 transfer_state accepted_on",
            optional="AAC077 counterpart_region finished_on transfer_first transfer_last"
            " transfer_months AIC099 AIC100",
            pointers="transfer_number",
        ),
        _spec(
            _K.EMPLOYMENTS,
            model.Employment,
            tells="acc030",
            key="AAC001 acc030",
            required="acc031",
            optional="AAB004 acc032 employment_ended AAB301",
        ),
        _spec(
            _K.UNEMPLOYMENTS,
            model.Unemployment,
            tells="acc020",
            key="AAC001 acc020",
            required="ajc090",
            optional="ajc093 AAB004 aaea36 AAB301",
        ),
        _spec(
            _K.CONTRACTS,
            model.LabourContract,
            tells="contract_number",
            key="AAC001 contract_number",
            required="contract_from",
            optional="AAB004 contract_to contract_kind filed_on AAB301",
        ),
        _spec(
            _K.DOSSIER_TRANSFERS,
            model.DossierTransfer,
            tells="dossier_direction",
            key="AAC001 a0100A dossier_direction accepted_on",
            optional="AAC077 dossier_method confNumber AAE160 finished_on",
        ),
        _spec(
            _K.DOSSIER_MATERIALS,
            model.DossierMaterial,
            tells="material_class",
            key="AAC001 a0100A material_class",
            required="material_count",
            optional="material_present",
        ),
        _spec(
            _K.MISSING_MATERIALS,
            model.MissingMaterial,
            tells="told_on",
            key="AAC001 a0100A material_name",
            required="told_on",
            optional="material_effect committed_on supply_by supplied_on",
        ),
        _spec(
            _K.ARCHIVE_INDEX,
            model.ArchiveIndex,
            tells="a0100A isInware",
            key="AAC001 a0100A",
            required="archive_agency isInware isLent personType",
            optional="shelvesNo received_date oldArchiveUnit lackMaterials archivesIdentity AAB301",
        ),
        _spec(
            _K.CASE_STEPS,
            model.CaseStep,
            tells="step_number",
            key="AAC001 case_number step_number",
            required="step_name",
            optional="step_done_on AAB034",
        ),
        _spec(
            _K.CASES,
            model.Case,
            tells="case_number",
            key="AAC001 case_number",
            required="task_code task_name accepted_on case_state",
            optional="anticipate_day promise_day finished_on AAB034",
            pointers="case_number",
        ),
        _spec(
            _K.CARD_ORDERS,
            model.CardOrder,
            tells="card_order_number",
            key="AAC001 card_order_number",
            required="card_order_kind card_order_state ordered_on",
            optional="state_since ready_by AAB034",
            pointers="card_order_number",
        ),
        _spec(
            _K.CARDS,
            model.CardRecord,
            tells="AAZ501",
            key="AAC001 AAZ501",
            required="AAZ500 AAB301 AAZ502 AAZ503 card_expires",
            optional="replaced_by",
            pointers="AAZ501",
        ),
        _spec(
            _K.PERSONS,
            model.Person,
            tells="AAC002",
            key="AAC001",
            required="AAC002 AAC003 AAC004 AAC005 AAC006",
            optional="AAC007 AIC162 AAB301 AAA029 AAE135 AAC009 AAC010 AAC016 AAC084"
            " AAE138 AAE005 AAE006",
            pointers="AAC001 AAC002",
        ),
        _spec(
            _K.GUIDE_MATERIALS,
            model.GuideMaterial,
            tells="material_number",
            key="task_code task_version material_number",
            required="material_name",
            optional="page_num page_format is_need source_type by_law fill_explain",
        ),
        _spec(
            _K.NOTICES,
            model.Notice,
            tells="notice_code",
            key="notice_code",
            required="notice_text notice_from",
            optional="task_code by_law",
        ),
        _spec(
            _K.GUIDES,
            model.Guide,
            tells="task_code",
            key="task_code task_version",
            required="task_name plan_effective_date",
            optional="plan_cancel_date by_law dept_name handle_flow materials fee_basis"
            " time_limit liability link_way supervise_way transact_addr transit"
            " anticipate_day promise_day is_service_terminals keywords",
        ),
        _spec(
            _K.AGENCIES,
            model.Agency,
            tells="agency_kind",
            key="AAB034",
            required="agency_name agency_kind",
            optional="agency_address agency_hours agency_phone agency_transit AAB301",
        ),
        _spec(
            _K.EMPLOYERS,
            model.Employer,
            tells="AAB004",
            key="AAB001",
            required="AAB004",
            optional="BAB010 AAB034 AAB301",
        ),
    )
}

_BY_RECORD: Final = {spec.record: spec for spec in SPECS.values()}


def spec_of(record: type[Any]) -> RecordSpec:
    """The kind of row that becomes this value."""
    return _BY_RECORD[record]
