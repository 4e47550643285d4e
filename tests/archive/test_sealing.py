import csv
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from archive.demo_data import DemoSummary
from archive.errors import StoreKeyError
from archive.importer import import_files
from archive.model import AuditEvent, AuditKind
from archive.vault import PlainVault, SealedVault, Vault
from tests.archive.places import Place, PostgresPlace, SqlitePlace

PERSONAL = ("AAC001", "AAC002", "AAC003", "AAC006", "AAZ500", "AAZ501", "a0100A", "shelvesNo")
KEY = b"k" * 32


def secrets(demo: DemoSummary) -> set[str]:
    """Every name and number of the data."""
    found = set()
    for path in demo.files:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found |= {row[code] for code in PERSONAL if row.get(code)}
    return found


def raw(place: Place) -> bytes:
    """All that somebody without the key can get of the store."""
    if isinstance(place, SqlitePlace):
        files = sorted(place.path.parent.glob(place.path.name + "*"))
        assert any(path.name.endswith("-wal") for path in files)
        return b"".join(path.read_bytes() for path in files if path != place.key)
    assert isinstance(place, PostgresPlace)
    content = b""
    with psycopg.connect(place.url) as connection:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        for (table,) in connection.execute(query).fetchall():
            with connection.cursor().copy(f"COPY {table} TO STDOUT") as rows:
                content += b"".join(bytes(part) for part in rows)
    return content


def found_in(content: bytes, values: set[str]) -> set[str]:
    return {
        value
        for value in values
        if any(value.encode(form) in content for form in ("utf-8", "utf-16-le", "utf-16-be"))
    }


@pytest.mark.slow
@pytest.mark.parametrize(("vault", "readable"), [(SealedVault(KEY), False), (PlainVault(), True)])
def test_a_sealed_store_yields_no_name_and_no_number_without_its_key(
    demo: DemoSummary,
    new_place: Callable[[str], Place],
    tmp_path: Path,
    vault: Vault,
    *,
    readable: bool,
) -> None:
    place, values = new_place("sealed"), secrets(demo)
    assert len(values) > 200
    with place.open(vault=vault) as store:
        assert not import_files(store, demo.files, rejects=tmp_path / "r.csv").rejected
        code = next(value for value in values if len(value) == 32)
        card = store.card(code)
        assert card is not None
        assert store.person(card.person_id) is not None
        store.append_audit(
            AuditEvent(kind=AuditKind.RECORDS_READ, kiosk="hall-01", identification_code=code)
        )
        assert found_in(raw(place), values) == (values if readable else set())


def test_a_sealed_store_opens_with_its_own_key_only(new_place: Callable[[str], Place]) -> None:
    place = new_place("sealed")
    place.open(vault=SealedVault(KEY)).close()
    for other in (PlainVault(), SealedVault(b"o" * 32)):
        with pytest.raises(StoreKeyError):
            place.open(vault=other)
    place.open(vault=SealedVault(KEY)).close()


def test_a_plain_store_is_not_taken_for_a_sealed_one(new_place: Callable[[str], Place]) -> None:
    place = new_place("plain")
    place.open().close()
    with pytest.raises(StoreKeyError):
        place.open(vault=SealedVault(KEY))
