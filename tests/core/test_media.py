"""Which files WhatsApp takes, told by their bytes; and what becomes of a message without its file."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import NOW, item
from wa_notify.core.enclosed import MediaKind, MediaLink
from wa_notify.core.errors import MediaRefused
from wa_notify.core.inbound import Media
from wa_notify.core.media import (
    KB,
    LARGEST,
    MB,
    OFFICE_OLD,
    OFFICE_ZIP,
    Uploaded,
    accepted,
    ending_of,
    kind_of,
    spoken_size,
)
from wa_notify.core.outbox import FILE_TAKES, LEASE, Intent
from wa_notify.core.received import (
    LONGEST_WAIT,
    MOST_TRIES,
    FileState,
    Received,
    next_look,
    words_of,
)
from wa_notify.core.stand_in import STAND_IN, drawn, stand_in_for, without_file
from wa_notify.core.template import TemplateWish

PNG = b"\x89PNG\r\n\x1a\n" + bytes(30)
JPEG = b"\xff\xd8\xff\xe0" + bytes(30)
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(30)
OPUS = b"OggS" + bytes(24) + b"OpusHead"
PDF = b"%PDF-1.7\n"
ZIP = b"PK\x03\x04" + bytes(30)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(30)


@pytest.mark.parametrize(
    ("kind", "content", "declared", "filename", "mime"),
    [
        (MediaKind.IMAGE, PNG, "text/html", "", "image/png"),
        (MediaKind.IMAGE, JPEG, "", "", "image/jpeg"),
        (MediaKind.VIDEO, b"\x00\x00\x00\x18ftypmp42" + bytes(9), "", "", "video/mp4"),
        (MediaKind.VIDEO, b"\x00\x00\x00\x18ftyp3gp4" + bytes(9), "", "", "video/3gpp"),
        (MediaKind.AUDIO, OPUS, "", "", "audio/ogg"),
        (MediaKind.AUDIO, b"ID3" + bytes(9), "", "", "audio/mpeg"),
        (MediaKind.AUDIO, b"\x00\x00\x00\x18ftypM4A " + bytes(9), "", "", "audio/mp4"),
        (MediaKind.STICKER, WEBP, "", "", "image/webp"),
        (MediaKind.DOCUMENT, PDF, "", "", "application/pdf"),
        (MediaKind.DOCUMENT, "Größe\n".encode(), "", "", "text/plain"),
        (MediaKind.DOCUMENT, b"x" * 511 + "ü".encode(), "", "", "text/plain"),
        (MediaKind.DOCUMENT, ZIP, "", "plan.xlsx", OFFICE_ZIP[1]),
        (MediaKind.DOCUMENT, ZIP, f"{OFFICE_ZIP[0]}; charset=x", "", OFFICE_ZIP[0]),
        (MediaKind.DOCUMENT, OLE, "", "old.doc", OFFICE_OLD[0]),
    ],
)
def test_a_file_is_what_its_bytes_say(
    kind: MediaKind, content: bytes, declared: str, filename: str, mime: str
) -> None:
    assert accepted(kind, content, declared, filename).mime_type == mime


@pytest.mark.parametrize(
    ("kind", "content", "why"),
    [
        (MediaKind.IMAGE, b"", "empty"),
        (MediaKind.IMAGE, WEBP, "image/webp"),
        (MediaKind.IMAGE, b"GIF89a", "image/gif"),
        (MediaKind.IMAGE, b"<svg/>", "text/plain"),
        (MediaKind.IMAGE, b"\x00\x01\x02", "unknown kind"),
        (MediaKind.DOCUMENT, ZIP, "application/zip"),
        (MediaKind.DOCUMENT, b"\xff\xfe\xff" * 100, "unknown kind"),
        (MediaKind.AUDIO, b"OggS" + bytes(24) + b"vorbis", "without Opus"),
        (MediaKind.IMAGE, PNG + bytes(5 * MB), "WhatsApp takes 5 MB"),
        (MediaKind.STICKER, WEBP + bytes(101 * KB), "WhatsApp takes 100 kB"),
    ],
)
def test_what_whatsapp_would_refuse_is_refused_before_it_is_brought(
    kind: MediaKind, content: bytes, why: str
) -> None:
    with pytest.raises(MediaRefused, match=why):
        accepted(kind, content)


def test_a_sticker_that_moves_may_be_larger() -> None:
    moving = WEBP[:20] + b"ANIM" + bytes(300 * KB)
    assert accepted(MediaKind.STICKER, moving).mime_type == "image/webp"


@given(st.binary(max_size=600), st.sampled_from(MediaKind))
def test_no_bytes_break_the_judgement(content: bytes, kind: MediaKind) -> None:
    try:
        file = accepted(kind, content)
    except MediaRefused:
        return
    assert 0 < len(file.content) <= LARGEST[kind]


@pytest.mark.parametrize(
    ("link", "filename", "kind"),
    [
        ("https://x.example/a.JPG", "", MediaKind.IMAGE),
        ("https://x.example/snapshot", "", MediaKind.IMAGE),
        ("https://x.example/x", "log.txt", MediaKind.DOCUMENT),
        ("https://x.example/x", "data.bin", MediaKind.DOCUMENT),
        ("https://x.example/a.mp4?x=1", "", MediaKind.VIDEO),
        ("https://x.example/a.opus", "", MediaKind.AUDIO),
    ],
)
def test_a_name_tells_what_a_file_is_likely_to_be(link: str, filename: str, kind: MediaKind) -> None:
    assert kind_of(link, filename) is kind


def test_endings_are_short_and_plain() -> None:
    assert ending_of("a.tar.gz") == "gz"
    assert ending_of(".profile") == ending_of("none") == ending_of("a.b-c") == ""


def test_sizes_are_told_as_people_read_them() -> None:
    assert [spoken_size(size) for size in (1, 48_213, MB, 5 * MB // 2)] == ["1 kB", "47 kB", "1 MB", "2.5 MB"]


def test_an_upload_lasts_a_day_less_than_the_platform_keeps_it() -> None:
    one = Uploaded(
        number_id="4",
        sha256="a",
        kind=MediaKind.IMAGE,
        mime_type="image/png",
        size=3,
        filename="",
        media_id="7",
        link="",
        uploaded_at=NOW,
    )
    assert one.lasts(NOW + timedelta(days=28))
    assert not one.lasts(NOW + timedelta(days=29))


def test_who_sends_a_file_may_be_silent_for_longer() -> None:
    picture = MediaLink(kind=MediaKind.IMAGE, link="https://x.example/a.png")
    assert item(intent=Intent(free_form="x")).lease == LEASE
    assert item(intent=Intent(media=picture)).lease == LEASE + FILE_TAKES


def test_without_its_file_a_message_says_so() -> None:
    picture = MediaLink(kind=MediaKind.IMAGE, link="https://x.example/a.png")
    assert without_file(Intent(free_form="Disk full", media=picture)) == Intent(
        free_form="Disk full\n\n(The photo could not be sent with this.)"
    )
    assert without_file(Intent(media=picture)).free_form == "(The photo could not be sent with this.)"
    assert without_file(Intent(free_form="x")) == Intent(free_form="x")


def test_where_a_template_must_show_a_file_ours_stands_in_once() -> None:
    picture = MediaLink(kind=MediaKind.IMAGE, link="https://x.example/a.png")
    first = without_file(Intent(template=TemplateWish(name="ops", file=picture)))
    assert first.file is not None
    assert first.file.link == f"{STAND_IN}image"
    assert without_file(first).file is None
    assert stand_in_for(MediaLink(kind=MediaKind.VIDEO, link="https://x.example/a.mp4")) is None


@pytest.mark.parametrize("kind", [MediaKind.IMAGE, MediaKind.DOCUMENT])
def test_what_we_draw_ourselves_is_what_whatsapp_takes(kind: MediaKind) -> None:
    file = drawn(f"{STAND_IN}{kind}")
    assert file is not None
    assert accepted(kind, file.content).mime_type == file.mime_type
    assert drawn(f"{STAND_IN}video") is None


def received(**special: object) -> Received:
    ordinary: dict[str, object] = {
        "wamid": "wamid.A",
        "recipient_id": "alice",
        "kind": MediaKind.IMAGE,
        "media_id": "71",
        "due_at": NOW,
        "received_at": NOW,
    }
    return Received(**(ordinary | special))  # type: ignore[arg-type]  # each field by its name


def test_a_file_of_a_person_is_told_in_words() -> None:
    assert received().told == "sent a photo"
    assert received(state=FileState.KEPT, size=48_000).told == "sent a photo (47 kB, kept)"
    assert received(state=FileState.REFUSED).told == "sent a photo (not kept)"
    assert words_of(Media(kind=MediaKind.VIDEO, media_id="7")) == "sent a video"
    assert words_of(Media(kind=MediaKind.IMAGE, media_id="7", caption=" rack ")) == "sent a photo: rack"


def test_a_file_is_asked_for_ever_more_slowly_and_given_up() -> None:
    waits = [next_look(attempts, NOW) for attempts in range(1, MOST_TRIES)]
    spans = [at - NOW for at in waits if at]
    assert spans == sorted(spans)
    assert spans[-1] == LONGEST_WAIT
    assert next_look(MOST_TRIES, NOW) is None
