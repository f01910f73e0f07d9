"""The section ``templates``: everything of a template that the platform knows."""

from pathlib import Path

import pytest

from tests.config.writing import WHATSAPP, refusal, written
from wa_notify.core.draft import TemplateDraft
from wa_notify.core.template import ButtonShape


def only_draft(folder: Path, text: str) -> TemplateDraft:
    """The draft of a template ``ops`` in English whose parts are these."""
    config = written(folder, f"{WHATSAPP}templates: {{ops: {{category: utility, {text}}}}}")
    (draft,) = config.rulebook.drafts
    return draft


def test_a_template_may_say_all_that_the_platform_knows(tmp_path: Path) -> None:
    draft = only_draft(
        tmp_path,
        """ttl: 1h30m, languages: {en: {
        header: "Alert: {{1}}",
        body: "A {{1}} alert on {{2}} was raised.",
        footer: Sent by operations,
        buttons: [
          {quick_reply: Acknowledge},
          {url: "https://ops.example.net/{{1}}", text: Open, example: alerts/7},
          {phone: "+441632960111", text: Call},
          {copy_code: INC-7}],
        examples: {header: db-7, body: [critical, disk]}}}""",
    )
    shape = draft.shape
    assert (shape.status, shape.id, shape.category, shape.ttl) == ("", "", "UTILITY", 5400)
    assert (shape.header_format, shape.header, shape.footer) == ("TEXT", "Alert: {{1}}", "Sent by operations")
    assert shape.buttons == (
        ButtonShape(kind="QUICK_REPLY", text="Acknowledge"),
        ButtonShape(kind="URL", text="Open", target="https://ops.example.net/{{1}}"),
        ButtonShape(kind="PHONE_NUMBER", text="Call", target="+441632960111"),
        ButtonShape(kind="COPY_CODE", text="Copy code", target="INC-7"),
    )
    assert draft.header_example == "db-7"
    assert draft.body_examples == (("1", "critical"), ("2", "disk"))
    assert draft.url_examples == ((1, "https://ops.example.net/alerts/7"),)


def test_what_is_declared_counts_as_approved_for_the_rules_and_as_unjudged_for_the_account(
    tmp_path: Path,
) -> None:
    book = written(
        tmp_path, f"{WHATSAPP}templates: {{ops: {{category: utility, languages: {{en: {{body: Hello.}}}}}}}}"
    ).rulebook
    assert [shape.status for shape in book.templates] == ["APPROVED"]
    assert [draft.shape.status for draft in book.drafts] == [""]
    assert book.templates[0].ttl is None


@pytest.mark.parametrize(
    ("header", "kind", "example"),
    [
        ("{image: 'https://ops.example.net/a.png'}", "IMAGE", "https://ops.example.net/a.png"),
        ("{document: example.pdf}", "DOCUMENT", "{folder}/example.pdf"),
        ("{video: }", "VIDEO", ""),
        ("location", "LOCATION", ""),
    ],
)
def test_a_header_may_be_a_file_beside_the_configuration_a_link_or_a_place(
    tmp_path: Path, header: str, kind: str, example: str
) -> None:
    draft = only_draft(tmp_path, f"languages: {{en: {{header: {header}, body: Hello.}}}}")
    assert (draft.shape.header_format, draft.shape.header) == (kind, "")
    assert draft.header_example == example.format(folder=tmp_path.resolve())


def test_examples_for_all_languages_are_said_once_and_a_language_may_say_its_own(tmp_path: Path) -> None:
    text = """
templates:
  ops:
    category: utility
    examples: {header: db-7, body: [disk, "96 %"], url: alerts/7}
    languages:
      en:
        header: "Alert: {{1}}"
        body: "There is {{1}} at {{2}} now."
        buttons: [{url: "https://ops.example.net/{{1}}", text: Open}]
      de: {body: "Es gibt {{1}} zu {{2}} hier.", examples: [Platte]}
      fr: {body: "Bonjour {{1}} ici."}
"""
    english, german, french = written(tmp_path, WHATSAPP + text).rulebook.drafts
    assert english.body_examples == (("1", "disk"), ("2", "96 %"))
    assert english.header_example == "db-7"
    assert english.url_examples == ((0, "https://ops.example.net/alerts/7"),)
    assert german.body_examples == (("1", "Platte"), ("2", "96 %"))
    assert (german.header_example, german.url_examples) == ("", ())
    assert french.body_examples == (("1", "disk"),)


def test_named_variables_have_named_examples_or_some_in_the_order_of_the_text(tmp_path: Path) -> None:
    body = "A {{severity}} alert on {{host}} now."
    parts = f'languages: {{en: {{body: "{body}", examples: '
    named = only_draft(tmp_path, f"{parts}{{body: {{host: db-7, severity: critical}}}}}}}}")
    in_order = only_draft(tmp_path, f"{parts}[critical, db-7]}}}}")
    expected = (("severity", "critical"), ("host", "db-7"))
    assert named.body_examples == in_order.body_examples == expected


def test_numbered_variables_take_examples_by_their_number_not_by_where_they_stand(tmp_path: Path) -> None:
    draft = only_draft(
        tmp_path, 'languages: {en: {body: "On {{2}} there is {{1}} now.", examples: [disk, db-7]}}'
    )
    assert draft.body_examples == (("1", "disk"), ("2", "db-7"))


def test_several_links_take_a_list_of_examples(tmp_path: Path) -> None:
    draft = only_draft(
        tmp_path,
        """languages: {en: {body: Hello., buttons: [
        {url: "https://a.example/{{1}}", text: A}, {url: "https://b.example/x?{{1}}", text: B}],
        examples: {url: [one, "https://b.example/x?two"]}}}""",
    )
    assert draft.url_examples == ((0, "https://a.example/one"), (1, "https://b.example/x?two"))


def test_a_template_without_examples_is_taken_since_the_account_may_have_it_already(tmp_path: Path) -> None:
    draft = only_draft(tmp_path, 'languages: {en: {header: "{{1}}", body: "Hello {{1}}."}}')
    assert (draft.header_example, draft.body_examples) == ("", ())


def test_a_ttl_is_held_against_the_category(tmp_path: Path) -> None:
    text = "templates: {ops: {category: utility, ttl: 20s, languages: {en: {body: Hello.}}}}"
    said = refusal(tmp_path, WHATSAPP + text)
    assert "The platform tries a template of utility for 30 s to 12 h." in said
