"""A sandbox that carries very many messages stays at one size, and forgets nothing that matters."""

from datetime import UTC, datetime, timedelta

import pytest

from wa_notify.sandbox import CallbackPolicy, Limits, Sandbox

from .conftest import ANNA, Bench, body_part, make_bench, template_body, text_body, wamid_of

AT_ONCE = CallbackPolicy(sent_after=timedelta(), delivered_after=timedelta(), read_after=timedelta())


def small_bench(keep: int) -> Bench:
    bench = make_bench()
    bench.sandbox._world.keep_messages = keep
    bench.sandbox.policy = AT_ONCE
    bench.sandbox.limits = Limits(per_second=10_000, pair_burst=10_000)
    bench.sandbox.portfolio.messaging_limit = "TIER_UNLIMITED"
    bench.account.callback_url = None
    return bench


def stranger(place: int) -> str:
    return f"+4477009{place:05}"


async def test_messages_and_strangers_beyond_the_number_are_forgotten() -> None:
    bench = small_bench(keep=40)
    for place in range(200):
        await bench.post(template_body(to=stranger(place)))
        await bench.sandbox.run_due()
    people = bench.sandbox._world.people
    assert len(people.messages) <= 50
    assert len(people.phones) == len(people.messages)
    assert bench.sandbox.phone(stranger(199)).messages[-1].status == "read"


async def test_who_was_asked_for_stays_though_their_messages_go() -> None:
    bench = small_bench(keep=10)
    anna = bench.sandbox.phone(ANNA)
    anna.reply("hello")
    for place in range(30):
        await bench.post(text_body(f"{place}"))
        await bench.sandbox.run_due()
    assert bench.sandbox.phone(ANNA) is anna
    assert [message.text for message in anna.messages][-1] == "29"
    assert 10 <= len(anna.messages) <= 13


async def test_what_something_is_still_to_become_of_is_never_forgotten() -> None:
    bench = small_bench(keep=10)
    anna = bench.sandbox.phone(ANNA)
    anna.online = False
    early = wamid_of(await bench.post(template_body()))
    bench.sandbox.pace("hello_world", "en_US")
    held = template_body(name="hello_world", language="en_US", to=stranger(999))
    held["template"].pop("components")
    wamid_of(await bench.post(held))
    for place in range(50):
        await bench.post(template_body(to=stranger(place)))
        await bench.sandbox.run_due()
    anna.online = True
    assert bench.sandbox.judge("hello_world", "en_US", good=True) == 1
    await bench.sandbox.run_due()
    assert {message.wamid: message.status for message in anna.messages} == {early: "read"}


async def test_an_open_window_survives_the_messages_that_opened_it() -> None:
    bench = small_bench(keep=10)
    anna = bench.sandbox.phone(ANNA)
    anna.reply("hello")
    anna.kept = False
    for place in range(50):
        await bench.post(template_body(to=stranger(place)))
        await bench.sandbox.run_due()
    assert anna.messages == ()
    assert bench.sandbox.phone(ANNA).window_open


async def test_a_person_who_was_forgotten_has_the_same_id_when_they_come_back() -> None:
    bench = small_bench(keep=10)
    first = (await bench.post(template_body(to=stranger(0)))).json()["contacts"][0]["user_id"]
    for place in range(1, 50):
        await bench.sandbox.run_due()
        await bench.post(template_body(to=stranger(place)))
    await bench.sandbox.run_due()
    assert stranger(0)[1:] not in bench.sandbox._world.people.phones
    again = (await bench.post(template_body(to=stranger(0)))).json()["contacts"][0]["user_id"]
    assert again == first


async def test_everything_is_kept_where_that_is_asked_for() -> None:
    sandbox = Sandbox(keep_messages=None)
    for place in range(300):
        sandbox.phone(ANNA).reply(f"{place}")
    await sandbox.run_due()
    assert len(sandbox.phone(ANNA).messages) == 300


@pytest.mark.parametrize("days", [0, 8])
async def test_files_go_when_their_ids_are_over(days: int) -> None:
    bench = small_bench(keep=10)
    bench.sandbox.send_file(bench.sandbox.phone(ANNA), "image", b"png", "image/png")
    bench.clock.forward(days=days)
    for place in range(50):
        await bench.post(template_body(to=stranger(place)))
        await bench.sandbox.run_due()
    assert len(bench.sandbox.media) == (0 if days else 1)


async def test_full_buckets_are_forgotten_and_empty_ones_are_not() -> None:
    bench = small_bench(keep=10)
    bench.sandbox.limits = Limits(per_second=10_000, pair_burst=1)
    await bench.post(template_body())
    for place in range(50):
        await bench.post(template_body(to=stranger(place)))
        await bench.sandbox.run_due()
    assert (await bench.post(template_body())).json()["error"]["code"] == 131056
    bench.clock.forward(seconds=6)
    for place in range(50, 100):
        await bench.post(template_body(to=stranger(place)))
        await bench.sandbox.run_due()
    assert len(bench.sandbox._world.paces[bench.sandbox.portfolio.home.id]._pairs) < 60


async def test_people_whose_messages_were_all_refused_are_forgotten() -> None:
    bench = small_bench(keep=20)
    for place in range(60):
        refused = await bench.post(template_body(body_part("too", "many"), to=stranger(place)))
        assert refused.status_code == 400
        await bench.sandbox.run_due()
    assert len(bench.sandbox._world.people.phones) <= 25


async def test_what_a_phone_that_stays_off_never_got_is_forgotten_once_its_time_is_over() -> None:
    bench = small_bench(keep=10)
    bench.sandbox.phone(ANNA).online = False
    first = wamid_of(await bench.post(template_body()))
    for _ in range(60):
        await bench.post(template_body())
        await bench.pass_time(days=1)
    people = bench.sandbox._world.people
    assert first not in people.messages
    assert len(people.messages) <= 45
    assert len(bench.sandbox.phone(ANNA).waiting) == len(bench.sandbox._world.network.under_way.of(
        bench.account, ("ops_nudge", "en")
    ))  # fmt: skip


async def test_what_has_to_stay_is_not_looked_through_for_every_message() -> None:
    bench = small_bench(keep=10)
    bench.sandbox.phone(ANNA).online = False
    times = set()
    for _ in range(200):
        await bench.post(template_body())
        await bench.sandbox.run_due()
        times.add(bench.sandbox._world.tidied)
    assert 2 < len(times) < 60


async def test_conversations_of_older_prices_are_forgotten_when_they_are_over() -> None:
    bench = small_bench(keep=10)
    bench.clock.now = datetime(2024, 5, 1, tzinfo=UTC)
    for place in range(50):
        await bench.post(template_body(to=stranger(place)))
        await bench.pass_time(hours=2)
    pricing = bench.sandbox._world.network._pricing[bench.account.phone_number_id]
    assert len(pricing._open) <= 13
