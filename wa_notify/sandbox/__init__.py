"""A local simulator of Meta's WhatsApp Cloud API, deep enough to judge a client by.

It shares no code with the software that it judges. A host holds a `Sandbox`, a test one of `testing`:

    sandbox = Sandbox(clock=clock, callback_client=client)
    sandbox.subscribe("http://service/webhook")
    anna = sandbox.phone("+447700900123")
    ...                                # the client under test posts to sandbox.app
    await sandbox.run_due()            # statuses and callbacks that are due
    anna.messages[-1].text             # what she sees
    anna.tap("Acknowledge")            # opens the 24-hour window, plans the signed callback

`Sandbox(scenario="answers-at-once")` begins with people and a script of what happens when; see `scenarios`.

Where to find what, each topic in the order in which it is best read. Begin with the five that are marked *.

- the whole: `simulator`, `testing`, `world`, `site`
- time and chance: `clock`, `schedule`, `chance`
- the business: `account`, `tokens`, `profile`, `registration`, `onboarding`, `numbers`
- the body of a send: `fields` (tables of what fits), `shapes`, `pieces`, `interactive`, `actions`,
  `components`
- a send: `sending`* (the story of a POST), `content`, `messages`, `attachments`, `sources`, `links`,
  `media`, `direct_send`
- a template filled: `hydration`, `parameters`, `button_filling`
- how fast, and to how many: `limits`, `growth`, `quotas`, `reach`
- what becomes of a message: `fates`* (what may come between), `network`* (from accepted to read), `receipts`,
  `pricing`, `marketing`
- the people: `people`, `phones`, `chat`, `inbound`, `answering`, `blocking`
- callbacks: `callbacks`, `policy`, `courier`* (how they travel)
- templates taken in: `templates`, `default_templates`, `management`, `template_rules`, `template_texts`,
  `button_rules`, `otp_rules`, `uploads`
- templates judged: `review`, `review_policy`, `classifier`, `categories`, `quality`, `pacing`, `register`,
  `agenda`, `under_way`, `retirement`
- how the platform regards the business: `standing` (what it holds against it), `measures` (how that is told),
  `regard` (as time goes by), `conduct` and `troubles` (on demand), `health`
- faults: `faults`
- looking on: `journal`, `traffic`, `recording`, `view`, `changes`, `retention`
- scenarios: `scenarios` (reading and writing them), `script`, `verbs`, `play`
- the faces: `hosts` (who may be answered), `graph`, `dialog360`, `control`, `answers`
- the tables: `refusals`* (every way of saying no), `coverage` (what is imitated and what is not)
"""

from .account import Account, BusinessNumber, Portfolio
from .clock import Clock, utc_now
from .faults import Fault
from .journal import Entry
from .limits import Limits
from .messages import Button, ButtonKind, ShownMessage, Status
from .phones import Phone
from .policy import CallbackPolicy
from .quotas import Quotas
from .refusals import Refusal
from .review_policy import ReviewPolicy
from .script import Scenario, ScenarioError
from .simulator import Sandbox
from .standing import Measure
from .templates import Template
from .tokens import Ending, Token

__all__ = [
    "Account",
    "BusinessNumber",
    "Button",
    "ButtonKind",
    "CallbackPolicy",
    "Clock",
    "Ending",
    "Entry",
    "Fault",
    "Limits",
    "Measure",
    "Phone",
    "Portfolio",
    "Quotas",
    "Refusal",
    "ReviewPolicy",
    "Sandbox",
    "Scenario",
    "ScenarioError",
    "ShownMessage",
    "Status",
    "Template",
    "Token",
    "utc_now",
]
