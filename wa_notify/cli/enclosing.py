"""What ``wa-notify send`` lets go beside the text: a file, a place, cards, a link button, a reaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import typer

from wa_notify.cli.options import pairs
from wa_notify.core.bounds import SCHEMES
from wa_notify.core.enclosed import (
    Contact,
    Contacts,
    Enclosed,
    LinkButton,
    LocationWish,
    MediaKind,
    MediaLink,
    Place,
    ReactionTo,
    name_in,
)
from wa_notify.core.errors import MediaRefused, MessageMisfit
from wa_notify.core.forms import free_form_of
from wa_notify.core.media import accepted, largest, spoken_size
from wa_notify.core.outbox import Intent
from wa_notify.core.template import TemplateWish


def intent_of(
    *,
    template: TemplateWish | None,
    text: str,
    files: Mapping[MediaKind, str],
    voice: bool,
    location: str,
    ask_location: bool,
    contacts: Sequence[str],
    link_button: tuple[str, str] | None,
    preview: bool,
    react: str | None,
    to: str,
) -> Intent:
    """What is to be said, as the options say it. Raises `typer.BadParameter` for what cannot be a message."""
    given = {kind: where for kind, where in files.items() if where}
    if len(given) > 1:
        raise typer.BadParameter(f"One message carries one file, not {' and '.join(given)}.")
    if voice and MediaKind.AUDIO not in given:
        raise typer.BadParameter("--voice is for --audio.")
    if ask_location and not text.strip():
        raise typer.BadParameter("--ask-location needs the question as --text.")
    if react is not None and not to:
        raise typer.BadParameter("A reaction needs --to and the id of the message (wamid...).")
    try:
        beside = _enclosed(location, contacts, link_button, react, to, ask_location=ask_location)
        media = next((file_at(kind, where) for kind, where in given.items()), None)
        media = replace(media, voice=voice) if media else None
        header = media if template and media else None
        said = Intent(
            template=template and _with_header(template, header, beside),
            free_form=text.strip() or None,
            media=media if text.strip() or not template else None,
            enclosed=beside,
            preview=preview,
            quotes="" if react is not None else to,
        )
        if said.has_free_form:
            free_form_of(said)
    except MessageMisfit as misfit:
        raise typer.BadParameter(str(misfit)) from None
    return said


def _with_header(template: TemplateWish, file: MediaLink | None, beside: Enclosed | None) -> TemplateWish:
    """With a template a file or a place fills its header."""
    return TemplateWish(
        name=template.name,
        header=template.header,
        body=template.body,
        url_suffix=template.url_suffix,
        file=file,
        place=beside if isinstance(beside, Place) else None,
        code=template.code,
    )


def _enclosed(
    location: str,
    contacts: Sequence[str],
    link_button: tuple[str, str] | None,
    react: str | None,
    to: str,
    *,
    ask_location: bool,
) -> Enclosed | None:
    found: list[Enclosed] = []
    if location:
        found.append(place_of(location))
    if contacts:
        cards = pairs(list(contacts), "--contact")
        found.append(Contacts(cards=tuple(Contact(name=name, phone=phone) for name, phone in cards.items())))
    if link_button:
        found.append(LinkButton(title=link_button[0], url=link_button[1]))
    if react is not None:
        found.append(ReactionTo(wamid=to, emoji=react))
    if ask_location:
        found.append(LocationWish())
    if len(found) > 1:
        raise typer.BadParameter(
            "One message takes one of --location, --contact, --link-button, --ask-location and --react."
        )
    return found[0] if found else None


def place_of(written: str) -> Place:
    """``LAT,LON[,NAME[,ADDRESS]]``; the address may hold commas."""
    parts = [part.strip() for part in written.split(",", 3)]
    try:
        latitude, longitude = (float(part) for part in parts[:2])
    except ValueError:
        raise typer.BadParameter(
            "Write a location as LAT,LON,NAME,ADDRESS, such as 51.5007,-0.1246,DC London."
        ) from None
    name, address = (*parts[2:], "", "")[:2]
    return Place(latitude=latitude, longitude=longitude, name=name, address=address)


def _bytes_of(path: Path, most: int) -> bytes:
    if path.is_file() and path.stat().st_size > most:
        raise MediaRefused(f"It has more than {spoken_size(most)}.")
    return path.read_bytes()


def file_at(kind: MediaKind, where: str) -> MediaLink:
    """A link as it is; a file of this machine is looked at now, and read once more when it is sent."""
    if where.lower().startswith(SCHEMES):
        name = name_in(where) if kind is MediaKind.DOCUMENT else ""
        return MediaLink(kind=kind, link=where, filename=name)
    path = Path(where).expanduser().resolve()
    try:
        accepted(kind, _bytes_of(path, largest(kind)), filename=path.name)
    except OSError as error:
        raise typer.BadParameter(f"The file {path} cannot be read: {error.strerror}.") from None
    except MediaRefused as refused:
        raise typer.BadParameter(f"The file {path} cannot be sent. {refused}") from None
    return MediaLink(kind=kind, link=path.as_uri(), filename=path.name if kind is MediaKind.DOCUMENT else "")
