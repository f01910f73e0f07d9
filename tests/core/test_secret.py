"""The type that keeps secrets out of sight."""

import copy
import dataclasses
import pickle

import pytest

from wa_notify.core.secret import Secret


@dataclasses.dataclass
class Holder:
    token: Secret


def test_a_secret_is_shown_nowhere_but_where_it_is_asked_for() -> None:
    secret = Secret("canary")
    shown = f"{secret} {secret!r} {[secret]} {copy.copy(secret)} %s" % secret
    assert "canary" not in shown
    assert "canary" not in str(dataclasses.asdict(Holder(token=secret)))
    assert secret.reveal() == "canary"


def test_secrets_are_compared_by_what_they_hold() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("ä") != "ä"
    assert len({Secret("a"), Secret("a")}) == 1
    assert copy.deepcopy(Secret("a")) == copy.copy(Secret("a")) == Secret("a")
    assert Secret("\ud800") != Secret("a")


def test_an_empty_secret_is_false_and_says_so() -> None:
    assert not Secret("")
    assert Secret("sesame")
    assert (str(Secret("")), repr(Secret(""))) == ("", "Secret('')")


def test_a_secret_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret("sesame"))
