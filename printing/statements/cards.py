"""社保卡进度: the cards of a person, and how far one that is being made has got."""

from collections.abc import Iterable
from typing import Final

from archive.cards import HeldCard, OrderProgress, held_cards, order_progress
from archive.codes import code_table
from archive.masking import mask_card
from archive.model import Agency, CardOrder, CardRecord
from printing.document import Column, Document, Kind, Reveal, Row, Table, TextCell
from printing.statements.common import (
    QUERY,
    agency_name,
    day_cell,
    label_cell,
    nothing,
    pairs,
    paper,
    plain,
    shown,
)
from printing.statements.issue import IssueFacts
from printing.statements.material import Material
from printing.statements.registry import Section, Statement

_OBJECT: Final = "卡片遗失请立即拨打 12333 挂失；对本单有疑问，请到窗口查询或拨打 12333 咨询。"


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """Cards first, then orders."""
    orders = order_progress(material.of(CardOrder))
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"],
        "持卡信息和制卡进度",
        material,
        issue,
        reveal,
        tables=[
            _cards(held_cards(material.of(CardRecord), material.basis.today)),
            *(table for order in orders for table in _order(material, order, reveal)),
            *([] if orders else [nothing("制卡进度", "没有正在办理的制卡业务。", (CardOrder,))]),
        ],
        notes=(QUERY,),
        objection=_OBJECT,
    )


STATEMENT: Final = Statement(
    name="cards",
    title={"zh": "社会保障卡和制卡进度", "en": "Cards and orders"},
    about={"zh": "卡的状态，新卡什么时候能领", "en": "State of the card, when a new one is ready"},
    section=Section.SERVICES,
    place=2,
    needs=(CardRecord, CardOrder, Agency),
    build=build,
)


def _cards(cards: Iterable[HeldCard]) -> Table:
    return plain(
        "持卡信息",
        (
            Column("卡号", Kind.TEXT),
            Column("状态", Kind.TEXT),
            Column("发卡日期", Kind.TEXT),
            Column("有效期至", Kind.TEXT),
        ),
        (
            Row(
                (
                    TextCell(mask_card(held.card.card_number)),
                    TextCell(held.state.label() + ("（已过期）" if held.expired else "")),
                    day_cell(held.card.issued),
                    day_cell(held.card.expires),
                )
            )
            for held in cards
        ),
        "没有持卡记录。",
        of=(CardRecord,),
    )


def _to_fetch(material: Material, order: CardOrder) -> Iterable[tuple[str, str]]:
    yield "预计可领日期", order.ready_by.isoformat() if order.ready_by else ""
    yield "领取地点", agency_name(material, order.agency)


def _order(material: Material, progress: OrderProgress, reveal: Reveal) -> Iterable[Table]:
    order = progress.order
    yield pairs(
        f"制卡进度：{code_table('card_order_kind').label(order.kind)}",
        (
            ("受理编号", shown(order.order_number, reveal)),
            ("状态", code_table("card_order_state").label(order.state)),
            *(_to_fetch(material, order) if progress.under_way else ()),
        ),
    )
    yield plain(
        "制卡步骤",
        (Column("步骤", Kind.TEXT), Column("日期", Kind.TEXT)),
        (
            Row(
                (
                    label_cell("card_order_state", step.state),
                    day_cell(step.on, "日期不详" if step.reached else "未到"),
                )
            )
            for step in progress.steps
        ),
    )
