"""People in a browser: a thousand out of a file, what they agreed to, two who edit at once, and erasing."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import FilePayload, expect

from tests.cli.desk import BOB
from tests.web.admin.conftest import Office, Reader

pytestmark = pytest.mark.browser
HEAD = "name,phone,display_name,language,purpose,source,evidence,granted_at"
PEOPLE = 1000
# What is wrong with a line, as it is written, and what the page says of it; each in every hundred lines.
FAULTS = {
    7: ("p{n},12,P {n},en,,paper,Form {n},", "cannot be a phone number. Write it with its plus"),
    13: ("p{early},{phone},P {n},en,,paper,Form {n},", "p{early} has another number further up. Take"),
    19: ("p{n},{known},P {n},en,,paper,Form {n},", "This number is p{early}'s already, further up. Take out"),
    23: ("p{n},{phone},P {n},en,newsletter,paper,Form {n},", "neither utility nor marketing"),
    29: ("p{n},{phone},P {n},en,,On a form!,Form {n},", "no small word such as paper or web"),
    31: ("p{n},{phone},P {n},en,,paper,Form {n},last week", "is no date such as 2026-03-01"),
    37: ("p{n},{phone},P {n},Klingon,,paper,Form {n},", "Write it as the platform does, such as en or pt_BR"),
    41: ("p{n},{phone},P {n},en,,paper,,2026-03-01", "nothing that proves it"),
    43: ("p{n},{phone},P {n},en,,paper,Form {n},2026-03-01,more", "There are more values than columns"),
}
UNPROVEN = 47  # of every hundred: known, and nothing is sent to them
TEN = PEOPLE // 100
REFUSED, ADDED = TEN * len(FAULTS), TEN
AGREED = PEOPLE - REFUSED - ADDED
COUNTED = f"{PEOPLE} lines: {AGREED} opted in, {ADDED} added without opt-in, {REFUSED} refused."
MIDDLE = PEOPLE // 2
LATE = MIDDLE + UNPROVEN
# Keeps how far the bar of the import ever was; how often it moves depends on the machine.
WATCH = """() => {
  window.shown = [];
  const look = () => {
    const bar = document.querySelector("#import-job progress");
    if (bar && bar.value !== window.shown.at(-1)) window.shown.push(bar.value);
  };
  const all = {subtree: true, childList: true, attributes: true};
  new MutationObserver(look).observe(document.getElementById("main"), all);
}"""


def phone_of(n: int) -> str:
    return f"+4477009{n + 10000:05}"


def line_of(n: int) -> str:
    form = FAULTS[n % 100][0] if n % 100 in FAULTS else "p{n},{phone},P {n},en,,paper,Form {n},2026-03-01"
    if n % 100 == UNPROVEN:
        form = "p{n},{phone},P {n},en,,,,"
    return form.format(n=n, early=n % 10, phone=phone_of(n), known=phone_of(n % 10))


def roster() -> str:
    return "\n".join((HEAD, *map(line_of, range(PEOPLE)))) + "\n"


def faults() -> Iterator[tuple[int, str]]:
    """The line of the file of each fault, and what is said of it."""
    for n in range(PEOPLE):
        if n % 100 in FAULTS:
            yield n + 2, FAULTS[n % 100][1].format(early=n % 10)


async def looks_at(reader: Reader, text: str) -> None:
    await reader.opens("/imports")
    file = FilePayload(name="people.csv", mimeType="text/csv", buffer=text.encode())
    await reader.page.get_by_label("File").set_input_files(file)
    await reader.presses("Look at it")


async def finds(reader: Reader, words: str, who: str) -> None:
    """Types it letter by letter, and the list below follows without being asked."""
    await reader.page.keyboard.press("/")
    await reader.page.keyboard.type(words, delay=20)
    rows = reader.page.locator("#people > tr[data-key]")
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_have_attribute("data-key", who)


async def agrees(reader: Reader, evidence: str) -> None:
    await reader.presses("Record an opt-in")
    await reader.fills(re.compile("^What proves it"), evidence, within="#opt-in")
    await reader.presses("They agreed", within="#opt-in")


async def test_a_thousand_people_come_out_of_a_file_and_one_of_them_agrees_and_is_erased(
    office: Office,
) -> None:
    office.starts()
    maria = await office.enters("maria")

    # the dry run tells every fault with its line and what to do
    await looks_at(maria, roster())
    await maria.sees(COUNTED.replace("lines:", "lines, if imported:"))
    told = maria.page.locator('#import-job details[data-key="refused"] tbody tr')
    await expect(told).to_have_count(REFUSED)
    said = {int(line): why for line, _, why in [re.split(r"\t", one) for one in await told.all_inner_texts()]}
    assert [line for line, why in faults() if why not in said.get(line, "")] == []
    await maria.sees("Nothing was changed so far.")
    await maria.keeps("import-looked-at")
    await maria.opens("/recipients")
    await expect(maria.page.locator("#people > tr")).to_have_count(3)

    # the real run shows how far it is, to its end
    await maria.opens("/imports")
    await maria.page.evaluate(WATCH)
    await maria.presses("Import the good lines")
    await maria.sees(COUNTED)
    steps = await maria.page.evaluate("window.shown")
    assert steps == sorted(steps)
    assert steps
    await expect(maria.page.locator("#import-job progress")).to_have_count(0)
    await maria.keeps("import-done")

    # somebody of the middle is found while their name is typed
    await maria.opens("/recipients")
    counts = maria.page.locator("#people-counts")
    await expect(counts).to_contain_text(re.compile(rf"Opted in\s*{AGREED + 2}"))  # and the two of the house
    await expect(counts).to_contain_text(re.compile(rf"Never opted in\s*{ADDED + 1}"))
    await finds(maria, f"P {MIDDLE}", f"p{MIDDLE}")
    await maria.keeps("people-found")

    # somebody without an opt-in agrees, thinks better of it, and both stand in their history
    await maria.page.locator("input[type=search]").fill("")
    await maria.page.keyboard.press("Escape")
    await finds(maria, f"P {LATE}", f"p{LATE}")
    await maria.page.keyboard.press("Escape")
    await maria.page.keyboard.press("j")
    await maria.page.keyboard.press("Enter")
    await maria.sees("They were never asked, and never said anything.")
    await agrees(maria, "Form 547, in the blue folder")
    history = maria.page.locator("#history > tr")
    await expect(history).to_have_count(1)
    await expect(history.first).to_contain_text("Opted in")
    await expect(history.first).to_contain_text("paper: Form 547, in the blue folder")
    await expect(history.first).to_contain_text("maria")
    await expect(maria.page.locator("#consent-now")).to_contain_text("Messages may go out.")
    await maria.presses("Opt out")
    await maria.fills(re.compile("^How it was said"), "Told me at the door", within="#opt-out")
    await maria.presses("They do not want it any more")
    await expect(history).to_have_count(2)
    await expect(history.first).to_contain_text("Opted out")
    await expect(history.first).to_contain_text("phone: Told me at the door")
    await expect(maria.page.locator("#consent-now")).to_contain_text("Opted out")
    for export in ("Proof as a page", "as JSON"):
        await expect(maria.page.get_by_role("button", name=export)).to_be_visible()
    await maria.keeps("person-history")

    # erasing asks once more, and does it only for the right name
    await maria.presses("Erase")
    await maria.fills(re.compile("^Type p547"), "p546", within="#erase")
    await maria.presses("Erase for good")
    await maria.sees("This is not the name of whom you erase.", within="#erase")
    await maria.keeps("person-erasing")
    await maria.fills(re.compile("^Type p547"), "p547", within="#erase")
    await maria.presses("Erase for good")
    await maria.sees(re.compile("^Erased. Where they were named stands"))
    await maria.keeps("person-erased")
    await maria.opens("/recipients?search=p547")
    await maria.sees("Nobody is like that.")
    await maria.opens("/recipients/p547")
    await maria.sees("Nobody is called p547.")
    await maria.opens("/audit")
    await maria.misses("p547")


async def test_their_own_no_stands_and_the_second_of_two_edits_is_refused(office: Office) -> None:
    office.starts()
    maria, noor = await office.enters("maria"), await office.enters("noor")

    # Bob says STOP on his own telephone while Maria looks; nobody but he can undo it
    await maria.opens("/recipients/bob")
    await maria.sees("Messages may go out.")
    await maria.sees("Live", within="header")
    await maria.presses("Record an opt-in")
    await maria.fills(re.compile("^What proves it"), "He said it was a joke", within="#opt-in")
    office.desk.phone(BOB, text="STOP")
    await maria.sees("They themselves said no.")
    await maria.presses("They agreed")  # in the dialog that was open all the while
    await maria.sees(re.compile("Bob themselves said no on .* Only they can undo that"), within="#opt-in")
    await maria.sees("they write START to your number", within="#opt-in")
    await maria.keeps("person-said-no")
    await maria.fills(
        re.compile("^What proves it"), "", within="#opt-in"
    )  # what is written is not lost unasked
    await maria.page.reload()
    await maria.presses("Record an opt-in")
    await maria.sees("Bob said no themselves. Only they can undo that", within="#opt-in")
    await expect(maria.page.get_by_role("button", name="They agreed")).to_have_count(0)
    await expect(maria.page.locator("#history > tr").first).to_contain_text("Opted out")
    await maria.sees("Live", within="header")
    office.desk.phone(BOB, text="START")
    await maria.sees("Messages may go out.")

    # two open the edit of the same person
    await maria.opens("/recipients")
    await maria.presses("Add or invite")
    await maria.fills(re.compile("^Called in commands"), "dana")
    await maria.fills("Name to show", "Dana")
    await maria.presses("Add", within="main form")
    await maria.presses("See them")
    await noor.opens("/recipients/dana")
    for reader in (maria, noor):
        await reader.presses("Edit")
        await expect(reader.page.locator("#edit-name")).to_be_visible()
    await maria.fills("Name to show", "Dana Scully", within="#edit")
    await noor.fills("Name to show", "Dana Katherine", within="#edit")
    await maria.presses("Save", within="#edit")
    await maria.sees("Dana Scully is changed.")
    await noor.presses("Save", within="#edit")
    await noor.sees("Somebody changed it since you read it.", within="#edit")
    await noor.sees("Read it again, then decide whether it still fits.", within="#edit")
    await expect(noor.page.locator("#addresses")).to_contain_text("Dana Scully")
    await expect(noor.page.locator("#edit-name")).to_have_value("Dana Katherine")
    await noor.keeps("person-conflict")
    await noor.fills("Name to show", "Dana", within="#edit")  # what is written is not lost unasked
    await noor.page.reload()
    await noor.sees("Dana Scully", within="h1")
    await noor.presses("Edit")
    await expect(noor.page.locator("#edit-name")).to_have_value("Dana Scully")
    await noor.fills("Name to show", "Dana Katherine Scully", within="#edit")
    await noor.presses("Save", within="#edit")
    await noor.sees("Dana Katherine Scully is changed.")
