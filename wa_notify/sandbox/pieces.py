"""Shapes that several kinds of messages are made of: files and places."""

from .fields import Field, Shape, flag, number, text


def media(**more: Field) -> Shape:
    """Return the shape of a file: uploaded or behind a link, which is judged later."""
    return {"id": text(), "link": text(2048), **more}


CAPTION = text(1024)
IMAGE, VIDEO = media(caption=CAPTION), media(caption=CAPTION)
DOCUMENT = media(caption=CAPTION, filename=text(240))
AUDIO, STICKER = media(voice=flag()), media()
LOCATION: Shape = {
    "latitude": number(-90, 90, kinds=(str, float, int), required=True),
    "longitude": number(-180, 180, kinds=(str, float, int), required=True),
    "name": text(),
    "address": text(),
}
