"""`kiosk diag`: what keeps this kiosk from serving, the likeliest cause first."""

import json
import os
import sys
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.options import ConfigOption, settings

if TYPE_CHECKING:
    from kiosk.diag.finding import Finding
    from kiosk.diag.run import Examined

WEIGHTS = {
    "stops": "停止服务 stops",
    "hinders": "影响服务 hinders",
    "note": "提示 note",
}


def diag(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    config: ConfigOption = None,
) -> None:
    """Look at every part and say what is wrong, why, and what to do.

    Nothing is printed and no try of a PIN is spent. Root becomes the kiosk's user for it.
    Exit code 0 when nothing stops the kiosk, else that of the first finding.
    """
    from kiosk.diag.kiosk import examine_kiosk
    from kiosk.diag.run import ranked
    from kiosk.errors import WrongUserError
    from kiosk.service_user import become_owner_of, run_as_service

    chosen = cache(lambda: settings(config))  # read once: its owner may be root alone
    results = examine_kiosk(chosen)
    findings = ranked(results)
    if findings and findings[0].code == WrongUserError.code and os.geteuid() == 0:
        with suppress(OSError):  # where no systemd runs
            run_as_service(sys.argv[1:])
        become_owner_of(chosen().store.journal.parent)
        results = examine_kiosk(chosen)
        findings = ranked(results)
    if as_json:
        typer.echo(json.dumps(_json(results, findings), ensure_ascii=False, indent=2))
    else:
        _tell(results, findings)
    if findings and findings[0].weight == "stops":
        raise typer.Exit(findings[0].words.exit_code)


def _tell(results: "tuple[Examined, ...]", findings: "tuple[Finding, ...]") -> None:
    for number, found in enumerate(findings, 1):
        typer.echo(f"{number}. [{WEIGHTS[found.weight]}] {found.part}: {found.code}")
        typer.echo("\n".join(f"   {line}" for line in found.words.for_staff()))
        if found.evidence.zh:
            typer.echo(f"   证据：{found.evidence.zh}")
        if found.evidence.en:
            typer.echo(f"   evidence: {found.evidence.en}")
    if not findings and all(result.asked for result in results):
        typer.echo("没有发现问题。Nothing was found.")
    elif not findings:
        typer.echo("检查过的部分没有问题，有的部分没有检查。Nothing was found where it was looked.")
    for result in results:
        typer.echo(f"{result.part:9}{_state(result)}")


def _state(result: "Examined") -> str:
    if not result.asked:
        return "未检查 not looked at"
    return "; ".join((*(found.code for found in result.findings), *map(str, result.seen)))


def _json(results: "tuple[Examined, ...]", findings: "tuple[Finding, ...]") -> dict[str, object]:
    return {
        "findings": [
            {
                "code": found.code,
                "part": found.part,
                "weight": found.weight,
                "zh_evidence": found.evidence.zh,
                "evidence": found.evidence.en or found.evidence.zh,
                "what": found.words.zh + found.words.en,
                "zh_cause": found.words.zh_cause,
                "cause": found.words.cause,
                "zh_step": found.words.zh_step,
                "step": found.words.step,
            }
            for found in findings
        ],
        "parts": [
            {
                "part": result.part,
                "asked": result.asked,
                "zh_seen": [seen.zh for seen in result.seen],
                "seen": [seen.en or seen.zh for seen in result.seen],
            }
            for result in results
        ],
    }
