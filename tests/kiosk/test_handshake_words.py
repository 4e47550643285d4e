"""Every result of the handshake test is told in both languages, with what to do next."""

import re
from dataclasses import replace

import pytest

from devices.printer.descriptor import Lost
from devices.printer.handshake_verdict import HandshakeVerdict, Note, advice_for
from devices.printer.link import LineSettings
from kiosk.diag.handshake_words import handshake_words

SET = LineSettings(115200, "rtscts")
GOOD = HandshakeVerdict(SET, 115200, "rtscts")
CLOSED = (Note("handshake.cover_closed"),)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("verdict", "next_step"),
    [
        (replace(GOOD, flow=None, limit="cover", evidence=CLOSED), "打开打印机盖子"),
        (replace(GOOD, flow=None, limit="stopped"), "请再测一次"),
        (replace(GOOD, flow="none", limit="buffer"), "检查线缆"),
        (replace(GOOD, flow="xonxoff"), 'receipt.flow = "xonxoff"'),
        (replace(GOOD, baud=9600), "receipt.baud = 9600"),
        (HandshakeVerdict(SET, limit="baud"), "打开打印机电源"),
        (HandshakeVerdict(SET, limit="port"), "检查数据线"),
        (HandshakeVerdict(SET, limit="port", lost=Lost("x", held=True)), "sudo fuser"),
        (HandshakeVerdict(SET, limit="port", lost=Lost("x")), "核对 receipt.port"),
        (replace(GOOD, offline_stops=True), "存储开关"),
    ],
)
def test_a_result_that_is_not_good_says_what_to_do_in_both_languages(
    verdict: HandshakeVerdict, next_step: str
) -> None:
    words = handshake_words(replace(verdict, advice=tuple(advice_for(verdict))))
    assert any(next_step in said.zh for said in words.advice)
    told = (words.configured, words.found, words.verdict, *words.advice, *words.evidence)
    assert all(CHINESE.search(said.zh) and said.en for said in told)
    assert not any(CHINESE.search(said.en) for said in told)


def test_a_good_result_leaves_nothing_to_do() -> None:
    words = handshake_words(GOOD)
    assert words.verdict.zh == "设置与打印机相符，无需更改"
    assert words.advice == ()
