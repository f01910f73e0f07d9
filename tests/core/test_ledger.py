"""The chain of the ledger holds as long as nobody touches it, and tells where somebody did."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import NOW, consent
from wa_notify.core.consent import ConsentAct
from wa_notify.core.ledger import (
    BEFORE_THE_FIRST,
    SENTENCES,
    Breach,
    Break,
    Head,
    Page,
    Proof,
    digest_of,
    is_intact,
    record_of,
    said_by,
    seal,
    verify,
)

SUBJECTS = ("p-alice", "p-bob")


def a_ledger(length: int = 6) -> list[Page]:
    pages: list[Page] = []
    for index in range(length):
        record = consent(
            act=ConsentAct.REVOKED if index % 3 == 2 else ConsentAct.GRANTED,
            evidence=f"form {index}",
            at=NOW + timedelta(minutes=index),
        )
        pages.append(seal(record, SUBJECTS[index % 2], f"salt {index}", head_of(pages)))
    return pages


def head_of(pages: list[Page]) -> Head | None:
    return Head(number=pages[-1].entry.number, digest=pages[-1].entry.digest) if pages else None


def broken(pages: list[Page], head: Head | None = None) -> tuple[int, Breach]:
    found = verify(pages, head or head_of(pages))
    assert found is not None
    return found.number, found.breach


def changed(page: Page, **changes: object) -> Page:
    return replace(page, entry=replace(page.entry, **changes))  # type: ignore[arg-type]


def sealed_anew(page: Page, **changes: object) -> Page:
    forged = changed(page, **changes)
    return changed(forged, digest=digest_of(forged.entry))


def numbered(pages: list[Page]) -> list[Page]:
    """Give all their place as number, as a forger would who leaves the digests alone."""
    return [changed(page, number=place) for place, page in enumerate(pages, start=1)]


@given(st.integers(0, 12))
def test_what_was_sealed_is_whole(length: int) -> None:
    pages = a_ledger(length)
    assert verify(pages, head_of(pages)) is None
    assert verify(pages, head_of(pages), noted=pages[length // 2].entry.digest if pages else "") is None


def test_the_first_entry_follows_nothing_and_each_other_the_one_before() -> None:
    pages = a_ledger(3)
    assert pages[0].entry.previous == BEFORE_THE_FIRST
    assert [page.entry.number for page in pages] == [1, 2, 3]
    assert pages[2].entry.previous == pages[1].entry.digest


CHANGES: list[dict[str, object]] = [
    {"act": ConsentAct.REVOKED},
    {"subject": "p-mallory"},
    {"source": "web"},
    {"wording": "v9"},
    {"language": "xx"},
    {"at": NOW},
    {"evidence_digest": "0" * 64},
    {"actor_digest": "0" * 64},
    {"digest": "0" * 64},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
@pytest.mark.parametrize("place", [1, 3, 4])
def test_a_changed_entry_is_found(change: dict[str, object], place: int) -> None:
    pages = a_ledger()
    pages[place] = changed(pages[place], **change)
    assert broken(pages, head_of(a_ledger())) == (place + 1, Breach.CHANGED)


@pytest.mark.parametrize("place", [0, 2, 4])
def test_an_entry_that_was_changed_and_sealed_anew_is_found_by_the_one_after_it(place: int) -> None:
    pages = a_ledger()
    pages[place] = sealed_anew(pages[place], source="web")
    assert broken(pages) == (place + 1, Breach.CHANGED)


def test_the_last_entry_changed_and_sealed_anew_is_found_by_what_was_noted() -> None:
    pages, noted = a_ledger(), head_of(a_ledger())
    pages[5] = sealed_anew(pages[5], source="web")
    assert broken(pages, noted) == (6, Breach.CHANGED)


@pytest.mark.parametrize("place", [0, 1, 4])
@pytest.mark.parametrize("hidden", [False, True], ids=["with a gap", "with the others moved up"])
def test_a_removed_entry_is_found(place: int, hidden: bool) -> None:
    pages, noted = a_ledger(), head_of(a_ledger())
    del pages[place]
    assert broken(numbered(pages) if hidden else pages, noted) == (place + 1, Breach.REMOVED)


def test_the_last_entry_removed_is_found_by_what_was_noted() -> None:
    assert broken(a_ledger()[:-1], head_of(a_ledger())) == (6, Breach.REMOVED)
    assert broken([], head_of(a_ledger())) == (1, Breach.REMOVED)


@pytest.mark.parametrize("place", [1, 3, 5])
@pytest.mark.parametrize("skilled", [False, True], ids=["with any digest", "sealed like the others"])
def test_an_inserted_entry_is_found(place: int, skilled: bool) -> None:
    pages, noted = a_ledger(), head_of(a_ledger())
    forged = seal(consent(source="web"), "p-alice", "salt", head_of(pages[:place]))
    pages.insert(place, forged if skilled else changed(forged, digest="f" * 64))
    assert broken(numbered(pages), noted) == (place + 1, Breach.INSERTED)


def test_a_forged_first_entry_is_found() -> None:
    pages = a_ledger()
    pages.insert(0, seal(consent(source="web"), "p-alice", "salt", None))
    assert broken(numbered(pages)) == (1, Breach.INSERTED)


def test_a_forged_end_is_found_by_what_was_noted_and_by_what_was_recorded_after_it() -> None:
    pages, noted = a_ledger(), head_of(a_ledger())
    assert noted is not None
    pages.append(seal(consent(source="web"), "p-alice", "salt", noted))
    assert broken(pages, noted) == (7, Breach.INSERTED)
    pages.append(seal(consent(), "p-bob", "salt", Head(number=7, digest=noted.digest)))
    assert broken(pages) == (7, Breach.INSERTED)


@pytest.mark.parametrize(("one", "other"), [(0, 1), (2, 4), (1, 5)])
def test_entries_that_changed_places_are_found(one: int, other: int) -> None:
    pages = a_ledger()
    pages[one], pages[other] = pages[other], pages[one]
    assert broken(numbered(pages), head_of(a_ledger())) == (one + 1, Breach.REORDERED)


def test_an_entry_that_points_back_to_another_one_is_out_of_place() -> None:
    pages = a_ledger()
    pages[4] = sealed_anew(pages[4], previous=pages[1].entry.digest)
    assert broken(pages) == (5, Breach.REORDERED)


def test_a_first_entry_that_follows_something_is_not_the_one_recorded() -> None:
    pages = a_ledger()
    pages[0] = sealed_anew(pages[0], previous="a" * 64)
    assert broken(pages) == (1, Breach.CHANGED)


def proof(page: Page, **changes: object) -> Page:
    assert page.proof is not None
    return replace(page, proof=replace(page.proof, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change", [{"evidence": "form 9"}, {"actor": "mallory"}, {"salt": "pepper"}], ids=str
)
def test_evidence_that_is_another_is_found(change: dict[str, object]) -> None:
    pages = a_ledger()
    pages[3] = proof(pages[3], **change)
    assert broken(pages) == (4, Breach.EVIDENCE_CHANGED)


def test_an_entry_is_intact_by_itself_while_it_and_what_is_left_of_its_proof_are_as_they_were_sealed() -> (
    None
):
    page = a_ledger()[3]
    assert is_intact(page)
    assert is_intact(proof(page, evidence=None, actor=None))
    assert is_intact(replace(page, proof=None))
    assert not is_intact(proof(page, evidence="form 9"))
    assert not is_intact(proof(page, actor="mallory"))
    assert not is_intact(changed(page, wording="v9"))


@pytest.mark.parametrize("change", [{"evidence": None}, {"actor": None}, None], ids=str)
def test_evidence_that_is_gone_is_found_when_nobody_was_erased(change: dict[str, object] | None) -> None:
    pages = a_ledger()
    pages[3] = proof(pages[3], **change) if change else replace(pages[3], proof=None)
    assert broken(pages) == (4, Breach.EVIDENCE_REMOVED)


def with_alice_erased() -> list[Page]:
    pages = a_ledger()
    pages.append(seal(consent(act=ConsentAct.ERASED), "p-alice", "salt", head_of(pages)))
    return [replace(page, proof=None) if page.entry.subject == "p-alice" else page for page in pages]


def test_an_entry_that_is_nobodys_is_found_when_nobody_was_erased() -> None:
    pages = a_ledger()
    pages[2] = replace(pages[2], owned=False)
    assert broken(pages) == (3, Breach.OWNER_REMOVED)


def test_an_erased_person_leaves_the_ledger_whole() -> None:
    pages = [replace(page, owned=page.entry.subject != "p-alice") for page in with_alice_erased()]
    pages[1] = proof(pages[1], actor=None)  # Alice had recorded it
    assert verify(pages, head_of(pages)) is None


def test_the_evidence_of_others_is_still_missed() -> None:
    pages = with_alice_erased()
    pages[3] = proof(pages[3], evidence=None)
    assert broken(pages) == (4, Breach.EVIDENCE_REMOVED)


def test_a_ledger_that_was_replaced_is_found_by_a_digest_noted_elsewhere() -> None:
    pages = a_ledger()
    assert verify(pages, head_of(pages), noted="a" * 64) == Break(number=6, breach=Breach.OTHER_LEDGER)


def test_without_any_noted_head_all_entries_are_too_many() -> None:
    assert verify(a_ledger(), None) == Break(number=1, breach=Breach.INSERTED)


def test_every_breach_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Breach)
    assert str(Break(number=7, breach=Breach.REMOVED)) == "Entry 7 was removed."


def test_what_was_sealed_can_be_read_again_until_it_is_erased() -> None:
    record = consent(evidence="form 7", wording="v2", language="de", source="web")
    page = seal(record, "p", "salt", None)
    assert record_of(page, "alice") == record
    assert record_of(replace(page, proof=None), "alice") == replace(record, evidence="", actor="")


def test_nothing_that_names_a_person_is_part_of_the_sealed_entry() -> None:
    page = seal(consent(evidence="said Alice"), "p", "salt", None)
    said = str(said_by(page.entry)).lower()
    assert "alice" not in said
    assert "admin" not in said
    assert page.proof == Proof(number=1, salt="salt", evidence="said Alice", actor="admin")
