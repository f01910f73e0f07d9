"""Health as the platform tells it: what is an alarm, and what is noise."""

from typing import Any

import pytest

from wa_notify.core.condition import Effect, Health, Recovery, Scope
from wa_notify.core.message import NoAnswer, Rejected
from wa_notify.whatsapp.client import CloudApi
from wa_notify.whatsapp.health import read_health

from .conftest import TOKEN, Platform, answers, writes

PAYMENT = {
    "error_code": 141006,
    "error_description": "Payment method problem.",
    "possible_solution": "Add a valid payment method.",
}


def node(*entities: dict[str, Any], worst: str = "AVAILABLE") -> dict[str, Any]:
    return {"id": "1", "health_status": {"can_send_message": worst, "entities": list(entities)}}


def entity(kind: str, state: str, *errors: dict[str, Any]) -> dict[str, Any]:
    return {"entity_type": kind, "id": "1", "can_send_message": state, "errors": list(errors)}


def test_the_documented_example_is_an_alarm_for_payment_only() -> None:
    unverified = {"error_code": 141010, "error_description": "Business not verified."}
    health = read_health(
        node(
            entity("PHONE_NUMBER", "AVAILABLE"),
            entity("WABA", "BLOCKED", PAYMENT),
            entity("BUSINESS", "LIMITED", unverified),
            worst="BLOCKED",
        )
    )
    assert not health.can_send
    (sign,) = health.signs
    assert (sign.scope, sign.cause, sign.effect, sign.recovery) == (
        Scope.ACCOUNT,
        "payment",
        Effect.BLOCKS,
        Recovery.PROBE,
    )
    assert (sign.what, sign.advice) == ("Payment method problem (141006)", "Add a valid payment method.")


@pytest.mark.parametrize("code", [141010, 138024])
def test_limited_is_no_alarm(code: int) -> None:
    noise = entity("PHONE_NUMBER", "LIMITED", {"error_code": code, "error_description": "x"})
    assert read_health(node(noise, worst="LIMITED")) == Health(can_send=True)


@pytest.mark.parametrize("code", [141006, 141014])
def test_payment_and_ban_are_alarms_even_when_only_limited(code: int) -> None:
    health = read_health(node(entity("WABA", "LIMITED", {"error_code": code})))
    assert not health.can_send


def test_blocked_without_a_reason_is_an_alarm_all_the_same() -> None:
    (sign,) = read_health(node(entity("APP", "BLOCKED"))).signs
    assert (sign.scope, sign.what) == (Scope.APP, "WhatsApp says that it cannot send")


def test_entities_that_nobody_knows_do_not_count_unless_there_is_no_other() -> None:
    flow = entity("FLOW", "BLOCKED")
    assert read_health(node(flow, entity("WABA", "AVAILABLE"), worst="BLOCKED")).can_send
    assert not read_health(node(flow, worst="BLOCKED")).can_send


@pytest.mark.parametrize("odd", [{}, {"health_status": "fine"}, {"health_status": {"entities": "x"}}])
def test_without_a_readable_status_an_answer_is_health(odd: dict[str, Any]) -> None:
    assert read_health(odd).can_send


async def test_the_number_is_asked_and_a_refusal_is_a_value(api: CloudApi, platform: Platform) -> None:
    error = {"message": f"Error validating {TOKEN}", "code": 190}
    platform.will(answers(200, node(entity("WABA", "AVAILABLE"))), answers(401, {"error": error}))
    assert await api.health() == Health(can_send=True)
    assert "health_status" in platform.asked[0].params["fields"]
    refused = await api.health()
    assert isinstance(refused, Rejected)
    assert (refused.failure.code, TOKEN in str(refused)) == (190, False)


async def test_no_line_is_no_word_about_health(api: CloudApi, platform: Platform) -> None:
    platform.will(writes(b""))
    assert isinstance(await api.health(), NoAnswer)
