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
    imitated("sticker", "500 KB", LARGE),
    imitated("still sticker", "100 KB, else the message fails with 131053",
        "test_links.py::test_an_uploaded_file_must_be_of_the_kind_of_the_message"),
    imitated("types", "what is not on the list is refused with 100", REFUSED),
    missing("contents", "codecs, channels, colours, 512 x 512 points",
        "Only the announced type is looked at, and whether a sticker moves."),
    imitated("file of a person", "the callback has id and address",
        "test_media.py::test_a_person_sends_a_file_by_the_controls"),
    missing("large file of a person", "above 100 MB: 131052 in the message",
        "The control takes small files only, at most 3 MB of base64."),
    imitated("example of a template", "a session of uploads gives a handle",
        "test_management.py::test_an_example_file_is_uploaded_and_named_by_its_handle"),
    imitated("interrupted upload", "goes on from where it stopped",
        "test_uploads.py::test_an_interrupted_upload_goes_on_from_where_it_stopped",
        "A session ends after a day, which is our deduction."),
    imitated("type of an example", "a video is no example for a picture",
        "test_template_forms.py::test_the_example_of_a_header_is_a_file_of_its_kind"),
))
