"""Templates: handed in, judged, limited."""

from .facts import Area, imitated, missing, on_demand

WRONG = "test_management.py::test_what_the_platform_does_not_take_is_refused"
LENGTHS = "test_lengths.py::test_a_template_holds_so_much_and_no_more"
KINDS = "test_management.py::test_every_kind_of_component_is_taken_and_kept_as_the_platform_writes_it"
ONCE_A_DAY = "test_management.py::test_an_approved_template_is_edited_once_a_day_and_goes_back_to_review"
LIMITS = "test_management.py::test_an_account_has_so_many_templates_and_creates_so_many_an_hour"
JUDGED = "test_control.py::test_templates_are_reviewed_and_the_business_is_told"
NOTICE = "test_review.py::test_a_category_is_announced_a_day_ahead_and_quality_changes_are_told"
DISABLED_STAYS = "test_management.py::test_a_rejected_template_leaves_its_name_free_and_a_disabled_one_stays"

# fmt: off
TEMPLATES = Area(name="templates", title="Templates", facts=(
    imitated("list", "pages with cursors, 25 long",
        "test_reads.py::test_following_next_shows_every_template_once",
        "The length of a page is our deduction."),
    imitated("filters", "name, status, category, language, quality",
        "test_reads.py::test_templates_are_filtered_by_name_status_category_and_language"),
    imitated("fields", "the default ones, or those asked for",
        "test_reads.py::test_only_asked_fields_are_shown"),
    imitated("name", "a-z, 0-9 and _, 512 of them", LENGTHS),
    imitated("header", "60 characters, one variable, no markdown", WRONG),
    imitated("header of a place", "LOCATION",
        "test_management.py::test_named_variables_and_a_place_in_the_header_are_taken",
        "Authentication templates may have one here too."),
    imitated("header of a file", "IMAGE, VIDEO, DOCUMENT with an example", KINDS),
    imitated("body", "1024 characters", LENGTHS),
    imitated("variables", "numbered without gaps or named, not at the edge, not side by side", WRONG),
    imitated("words around variables", "too few are refused", WRONG,
        "The formula is not published; ours: 6 characters for each."),
    imitated("examples", "one for each variable", WRONG),
    imitated("footer", "60 characters, no variable", LENGTHS),
    imitated("buttons", "10; quick replies stand together", LENGTHS),
    imitated("quick reply", "10; text 25", LENGTHS),
    imitated("link", "2; 2000 characters, one variable at the end", LENGTHS),
    imitated("number to call", "1", LENGTHS, "Its length is looked at as part of its form."),
    imitated("code to copy", "1; example 20", LENGTHS),
    imitated("same name and language", "2388024", WRONG),
    imitated("time to live", "utility 30 to 43,200 s, and as documented for the others", LENGTHS),
    imitated("message that expires", "it vanishes, without any callback",
        "test_messages.py::test_a_message_whose_time_to_live_ran_out_vanishes_without_a_word"),
    imitated("templates in an account", "250 or 6,000, each language counts; 2388019", LIMITS,
        "The number is a setting of the reviews."),
    imitated("created in an hour", "100, then 80007", LIMITS),
    imitated("edits", "approved, rejected or paused; approved once a day", ONCE_A_DAY),
    imitated("edits in a month", "approved ten times in 30 days",
        "test_management.py::test_an_approved_template_is_edited_ten_times_in_thirty_days"),
    imitated("edit of a category", "not of an approved template",
        "test_management.py::test_the_category_of_an_approved_template_cannot_be_edited_that_of_a_rejected_one_can"),
    imitated("deleted name", "blocked for 30 days",
        "test_management.py::test_a_deleted_name_is_gone_and_blocked_for_thirty_days",
        "Whether one language or the whole name is blocked is not documented: here what was deleted."),
    imitated("disabled template", "cannot be deleted", DISABLED_STAYS),
    imitated("review", "minutes to a day; then approved",
        "test_review.py::test_a_new_template_waits_for_its_review_and_is_then_approved",
        "It takes 5 s, which is a setting."),
    on_demand("rejection", "with a reason and a recommendation",
        "test_review.py::test_a_rejection_names_its_reason_and_what_to_do",
        "Nothing is rejected of itself."),
    imitated("judged as marketing", "approved as MARKETING, whatever it was filed as",
        "test_review.py::test_what_sounds_like_an_offer_is_approved_as_marketing",
        "By a few words that sound like an offer."),
    on_demand("change of category", "told a day ahead, then done", NOTICE, "A reviewer is asked for both."),
    on_demand("quality", "GREEN, YELLOW, RED, UNKNOWN, with a callback", NOTICE,
        "A reviewer is asked for it."),
    imitated("unsendable states", "132015 paused, 132016 disabled, else 132001",
        "test_refusals.py::test_a_disabled_template_is_refused"),
    on_demand("states", "every state of the reference, with a callback", JUDGED,
        "A reviewer is asked for it."),
    on_demand("pacing", "messages are held, then released or dropped with 132015",
        "test_troubles.py::test_held_messages_are_released_or_dropped", "A control holds and judges."),
    imitated("edited components", "are told by a callback",
        "test_review.py::test_an_edit_tells_the_new_words_without_quick_replies"),
    missing("dispute of a category", "up to 60 days after the change",
        "Ask a reviewer for another category."),
))
