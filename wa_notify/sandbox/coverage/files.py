"""Files."""

from .facts import Area, imitated, missing

LARGE = "test_lengths.py::test_a_file_is_so_large_and_no_larger"
LOADED = "test_media.py::test_what_is_uploaded_can_be_looked_up_and_loaded_with_the_token"
REFUSED = "test_media.py::test_what_is_no_upload_is_refused"

# fmt: off
FILES = Area(name="files", title="Files", facts=(
    imitated("upload, look up, load", "the load needs the token too", LOADED),
    imitated("delete", "a deleted file is gone", "test_media.py::test_a_deleted_file_is_gone"),
    imitated("address", "lives 5 minutes, then 404",
        "test_media.py::test_an_address_lives_five_minutes_and_cannot_be_made_up"),
    imitated("life of an id", "uploaded 30 days, received 7",
        "test_media.py::test_an_upload_lives_thirty_days_and_a_file_of_a_person_seven"),
    imitated("file of another number", "100 with subcode 33",
        "test_media.py::test_a_file_of_another_number_is_none"),
    imitated("audio", "16 MB", LARGE),
    imitated("image", "5 MB, JPEG or PNG", LARGE),
    imitated("video", "16 MB", LARGE),
    imitated("document", "100 MB", LARGE, "Types that are not documented are refused; some pass at Meta."),
    imitated("sticker", "500 KB", LARGE, "Static stickers may be as large, instead of 100 KB."),
    imitated("types", "what is not on the list is refused with 100", REFUSED),
    missing("contents", "codecs, channels, colours, 512 x 512 points",
        "Only the announced type is looked at."),
    imitated("file of a person", "the callback has id and address",
        "test_media.py::test_a_person_sends_a_file_by_the_controls"),
    missing("large file of a person", "above 100 MB: 131052 in the message",
        "Errors inside messages are not made."),
    imitated("example of a template", "a session of uploads gives a handle",
        "test_management.py::test_an_example_file_is_uploaded_and_named_by_its_handle"),
))
