"""The section ``limits``."""

from pathlib import Path

import pytest

from tests.config.writing import WHATSAPP, refusal, written
from wa_notify.core.limits import Limits, ReachScope, Reserve


def test_without_a_word_the_platform_decides_and_a_tenth_is_kept(tmp_path: Path) -> None:
    assert written(tmp_path, WHATSAPP).rulebook.limits == Limits(reserve=Reserve(percent=10))


def test_everything_can_be_said(tmp_path: Path) -> None:
    text = "limits: {scope: number, reach: 1000, reserve: 25 %, per_second: 20}"
    assert written(tmp_path, WHATSAPP + text).rulebook.limits == Limits(
        scope=ReachScope.NUMBER, reach=1000, reserve=Reserve(percent=25), per_second=20
    )
    assert written(tmp_path, WHATSAPP + "limits: {reserve: 12}").rulebook.limits.reserve == Reserve(people=12)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{reserve: 95%}", "7:19: '95%' is no such share."),
        ("{reserve: some}", "7:19: 'some' is no such share."),
        ("{reserve: -1}", "7:19: -1 is out of range."),
        ("{reserve: [1]}", "7:19: This takes a share or a whole number, not a list."),
        ("{reserve: true}", "7:19: This takes a share or a whole number, not true."),
        ("{reach: 0}", "7:17: 0 is out of range."),
        ("{scope: company}", "7:17: 'company' is not possible here."),
        ("{per_second: 5000}", "7:22: 5000 is out of range."),
        ("{raech: 5}", "7:10: `raech` is not a key of the section `limits`."),
        ("12", "7:9: The section `limits` is a mapping, not"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(tmp_path: Path, text: str, what: str) -> None:
    assert what in refusal(tmp_path, f"{WHATSAPP.strip()}\nlimits: {text}\n")
