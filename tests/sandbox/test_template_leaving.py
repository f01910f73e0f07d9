"""How templates leave an account: deleted with messages under way, and through the archive."""

from dataclasses import replace
from typing import Any

from wa_notify.sandbox import Refusal, ReviewPolicy

from .conftest import ANNA, Bench, wamid_of
from .test_management import TEMPLATES, create, edit, new, refused
from .test_review import told

NUDGE = ("ops_nudge", "en")


def events(bench: Bench) -> list[str]:
    """The news of statuses so far."""
    return [value["event"] for field, value in told(bench) if field == "message_template_status_update"]


async def delete(bench: Bench, name: str = "ops_nudge") -> None:
    assert (await bench.graph.delete(TEMPLATES, params={"name": name})).json() == {"success": True}


async def test_a_deleted_template_stays_until_what_is_under_way_has_arrived(bench: Bench) -> None:
    phone, template = bench.sandbox.phone(ANNA), bench.account.templates[NUDGE]
    phone.online = False
    wamid = wamid_of(await bench.template())
    await bench.pass_time(minutes=1)
    await delete(bench)
    assert bench.account.templates[NUDGE].status == "PENDING_DELETION"
    assert (await bench.template()).json()["error"]["code"] == 132001
    refused(await edit(bench, template.id, message_send_ttl_seconds=60), Refusal.EDIT_STATUS)
    refused(await bench.graph.delete(TEMPLATES, params={"name": "ops_nudge"}), Refusal.TEMPLATE_GONE)
    refused(await create(bench, new(name="ops_nudge")), Refusal.TEMPLATE_EXISTS)
    await bench.pass_time(days=20)
    assert NUDGE in bench.account.templates
    phone.online = True
    await bench.pass_time(seconds=5)
    assert NUDGE not in bench.account.templates
    assert [message.wamid for message in phone.messages if message.on_screen] == [wamid]
    changes = [callback.whole["entry"][0]["changes"][0]["value"] for callback in bench.service.callbacks]
    assert [value["event"] for value in changes if "event" in value] == ["PENDING_DELETION", "DELETED"]


async def test_it_is_gone_when_nothing_of_it_can_arrive_any_more(bench: Bench) -> None:
    bench.sandbox.phone(ANNA).online = False
    await edit(bench, bench.account.templates[NUDGE].id, message_send_ttl_seconds=3600)
    await bench.pass_time(minutes=1)
    await bench.template()
    await bench.pass_time(minutes=30)
    await delete(bench)
    await bench.pass_time(minutes=29)
    assert NUDGE in bench.account.templates
    await bench.pass_time(minutes=1)
    assert NUDGE not in bench.account.templates


async def test_what_has_arrived_or_failed_keeps_no_template(bench: Bench) -> None:
    await bench.template()
    bench.sandbox.phone("+447700900124").on_whatsapp = False
    await bench.template(to="+447700900124")
    await bench.pass_time(minutes=1)
    await delete(bench)
    assert NUDGE not in bench.account.templates


async def test_what_has_expired_keeps_no_template(bench: Bench) -> None:
    phone = bench.sandbox.phone(ANNA)
    phone.online = False
    await edit(bench, bench.account.templates[NUDGE].id, message_send_ttl_seconds=60)
    await bench.pass_time(minutes=1)
    await bench.template()
    await bench.pass_time(minutes=2)
    phone.online = True
    await bench.sandbox.run_due()
    await delete(bench)
    assert NUDGE not in bench.account.templates


async def test_what_is_held_of_a_deleted_template_still_goes_out(bench: Bench) -> None:
    bench.sandbox.reviews = ReviewPolicy(pacing="auto", sample=0)
    bench.sandbox.review(*NUDGE, quality="YELLOW")
    await bench.template()
    await delete(bench)
    await bench.pass_time(hours=1)
    await bench.pass_time(seconds=5)
    assert "delivered" in bench.service.ladder
    assert NUDGE not in bench.account.templates


async def test_no_template_gets_the_id_of_another(bench: Bench) -> None:
    await delete(bench, "ops_alert")
    text = {"type": "BODY", "text": "More."}
    for number in range(5):
        bench.account.add_template({"name": f"more_{number}", "language": "en", "components": [text]})
    ids = [template.id for template in bench.account.templates.values()]
    assert len(set(ids)) == len(ids)


async def test_a_deleted_template_is_not_reviewed_paused_or_reclassified_any_more(bench: Bench) -> None:
    bench.sandbox.review(*NUDGE, correct_category="MARKETING")
    bench.sandbox.phone(ANNA).online = False
    await bench.template()
    await bench.sandbox.run_due()
    told(bench)
    await delete(bench)
    await bench.pass_time(days=2)
    assert events(bench) == ["PENDING_DELETION"]
    assert bench.account.templates[NUDGE].category == "UTILITY"


# the archive


async def archive(bench: Bench, *ids: str, back: bool = False) -> Any:
    path = f"{TEMPLATES}/{'unarchive' if back else 'archive'}"
    return (await bench.graph.post(path, json={"hsm_ids": ",".join(ids)})).json()


async def test_what_is_archived_is_not_sent_and_comes_back_as_it_was(bench: Bench) -> None:
    nudge, rejected = (bench.account.templates[name, "en"].id for name in ("ops_nudge", "ops_rejected"))
    answer = await archive(bench, nudge, rejected, "12")
    assert answer["archived_templates"] == [nudge, rejected]
    assert list(answer["failed_templates"]) == ["12"]
    assert (await bench.template()).json()["error"]["code"] == 132001
    await bench.pass_time(days=27)
    answer = await archive(bench, nudge, rejected, nudge, back=True)
    assert (answer["unarchived_templates"], answer["failed_templates"]) == ([nudge, rejected], {})
    assert (await bench.template()).status_code == 200
    assert bench.account.templates["ops_rejected", "en"].status == "REJECTED"
    await bench.pass_time(days=2)
    assert NUDGE in bench.account.templates
    news = [callback.value["event"] for callback in bench.service.callbacks if "event" in callback.value]
    assert news == ["ARCHIVED", "ARCHIVED", "UNARCHIVED", "UNARCHIVED"]


async def test_after_28_days_in_the_archive_a_template_is_deleted_and_its_name_blocked(bench: Bench) -> None:
    await archive(bench, bench.account.templates[NUDGE].id)
    await bench.pass_time(days=28)
    assert NUDGE not in bench.account.templates
    assert events(bench) == ["ARCHIVED", "DELETED"]
    refused(await create(bench, new(name="ops_nudge")), Refusal.TEMPLATE_NAME_BLOCKED)
    await bench.pass_time(days=30)
    assert (await create(bench, new(name="ops_nudge"))).status_code == 200


async def test_what_is_in_review_or_paused_is_not_archived(bench: Bench) -> None:
    paused = bench.account.templates["ops_paused", "en"].id
    answer = await archive(bench, paused)
    assert (answer["archived_templates"], list(answer["failed_templates"])) == ([], [paused])
    nudge = bench.account.templates[NUDGE].id
    assert list((await archive(bench, nudge, back=True))["failed_templates"]) == [nudge]
    refused(await bench.graph.post(f"{TEMPLATES}/archive", json={}), Refusal.TEMPLATE_FIELD)
    listed = await bench.graph.post(f"{TEMPLATES}/archive", json={"hsm_ids": [nudge]})
    assert listed.json()["archived_templates"] == [nudge]


async def test_a_complaint_about_a_template_that_is_gone_counts_for_the_number_only(bench: Bench) -> None:
    wamid = wamid_of(await bench.template())
    await bench.pass_time(seconds=1)
    await delete(bench)
    bench.sandbox.limits = replace(bench.sandbox.limits, complaints_a_step=1)
    bench.sandbox.phone(ANNA).report(wamid)
    await bench.sandbox.run_due()
    assert bench.account.first.quality_rating == "YELLOW"
