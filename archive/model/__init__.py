"""What the archive knows, as frozen values, by the blocks in which the law keeps them.

The fields of a value stand in the order of its columns in `archive.records`; the words are those
of `archive.elements`. Codes stay codes (their labels are in `codes.py`); money is `Decimal` yuan
with two places; None and "" are "not known". Personal fields are left out of `repr`, so that no
log and no traceback shows them.
"""

from archive.model.audit import AuditEvent, AuditKind
from archive.model.benefits import (
    Benefit,
    BenefitPayment,
    Certification,
    Injury,
    MaternityEvent,
    MedicalYear,
    UnemploymentGrant,
)
from archive.model.dossier import (
    ArchiveIndex,
    ArchiveState,
    DossierMaterial,
    DossierTransfer,
    MissingMaterial,
)
from archive.model.guides import Agency, Case, CaseStep, Guide, GuideMaterial, Notice
from archive.model.person import CardOrder, CardRecord, Employer, Person, Source
from archive.model.rights import (
    REFUND,
    AccountYear,
    Contribution,
    Registration,
    Subsidy,
    Transfer,
    YearsOfInsurance,
)
from archive.model.work import Employment, LabourContract, Unemployment

__all__ = [
    "REFUND",
    "AccountYear",
    "Agency",
    "ArchiveIndex",
    "ArchiveState",
    "AuditEvent",
    "AuditKind",
    "Benefit",
    "BenefitPayment",
    "CardOrder",
    "CardRecord",
    "Case",
    "CaseStep",
    "Certification",
    "Contribution",
    "DossierMaterial",
    "DossierTransfer",
    "Employer",
    "Employment",
    "Guide",
    "GuideMaterial",
    "Injury",
    "LabourContract",
    "MaternityEvent",
    "MedicalYear",
    "MissingMaterial",
    "Notice",
    "Person",
    "Registration",
    "Source",
    "Subsidy",
    "Transfer",
    "Unemployment",
    "UnemploymentGrant",
    "YearsOfInsurance",
]
