"""Files, uploaded and linked."""

from .rows import FAIR, FIELD, FIRM, META, Kind, answer, late

# fmt: off
MEDIUM_UNKNOWN = answer(100, 400, "Unsupported request: the object does not exist or may not be seen.",
    "There is no medium with this id, or it has expired (uploaded 30 days, received 7).", FIELD, FAIR,
    plain=True, kind=Kind.METHOD, subcode=33)
MEDIUM_ID_INVALID = answer(131009, 400, "Parameter value is not valid",
    "A message names a media id that does not exist or has expired.", META, FAIR)
MEDIUM_TYPE = answer(100, 400, "Invalid parameter", "The type of an uploaded file is not supported.",
    META, FAIR)
MEDIUM_SIZE = answer(100, 400, "Invalid parameter", "An uploaded file is too large for its kind.",
    META, FAIR)
MEDIA_UNFETCHABLE = late(131053, "Media upload error",
    "The link could not be fetched (here: its host ends in .invalid).", META, FIRM, sent=False)
INBOUND_MEDIA = answer(131052, 400, "Media download error", "A person's file cannot be loaded.", META, FIRM)
