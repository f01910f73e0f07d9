"""Files, uploaded and linked."""

from .rows import FAIR, FIELD, FIRM, META, ONCE, WEBHOOKS, Kind, answer, inbound, late

UPLOAD = "test_media.py::test_what_is_no_upload_is_refused"

# fmt: off
MEDIUM_UNKNOWN = answer(100, 400, "Unsupported request: the object does not exist or may not be seen.",
    "There is no medium with this id, or it has expired (uploaded 30 days, received 7).", FIELD, FAIR,
    plain=True, kind=Kind.METHOD, subcode=33,
    arises="Look up a file with the phone_number_id of another number.",
    proof="test_media.py::test_a_file_of_another_number_is_none")
MEDIUM_ID_INVALID = answer(131009, 400, "Parameter value is not valid",
    "A message names a media id that does not exist or has expired.", META, FAIR, seen_as=(100,),
    arises="POST an image with an id that nobody uploaded.",
    proof="test_refusals.py::test_a_message_with_a_file_that_nobody_uploaded_is_refused")
MEDIUM_TYPE = answer(100, 400, "Invalid parameter",
    "The type of an uploaded file is not supported.", META, FAIR, seen_as=(131053,),
    arises="Upload a GIF.", proof=UPLOAD)
MEDIUM_SIZE = answer(100, 400, "Invalid parameter", "An uploaded file is too large for its kind.",
    META, FAIR, arises="Upload an image of more than 5 MB.", proof=UPLOAD)
MEDIA_UNFETCHABLE = late(131053, "Media upload error",
    "The link could not be fetched (here by default: its host ends in .invalid).", META, FIRM, sent=False,
    retry=ONCE, arises="POST an image whose link has a host that ends in .invalid.",
    proof="test_messages.py::test_a_medium_that_cannot_be_fetched_fails_later")
MEDIA_UNFIT = late(131053, "Media upload error",
    "The file has another type than the message says, or is too large for its kind.", META, FAIR, sent=False,
    retry=ONCE, arises="Upload a PDF, and POST it as an image.",
    proof="test_links.py::test_an_uploaded_file_must_be_of_the_kind_of_the_message")
INBOUND_MEDIA = inbound(131052, "Media download error",
    "A person's file cannot be loaded, or is larger than 100 MB.", WEBHOOKS, FIRM)
