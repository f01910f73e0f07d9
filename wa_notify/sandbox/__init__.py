"""A local simulator of Meta's WhatsApp Cloud API, deep enough to judge a client by.

It shares no code with the software that it judges. Reading order: `refusals` (every way of saying no),
`sending` (the story of a POST), `fates` (what may come between), `network` (what becomes of a message),
`courier` (how callbacks travel).

    sandbox = Sandbox(clock=clock, callback_client=client)
    sandbox.subscribe("http://service/webhook")
    anna = sandbox.phone("+447700900123")
    ...                                # the client under test posts to sandbox.app
    await sandbox.run_due()            # statuses and callbacks that are due
    anna.messages[-1].text             # what she sees
    anna.tap("Acknowledge")            # opens the 24-hour window, plans the signed callback

`Sandbox(scenario="answers-at-once")` begins with people and a script of what happens when; see `scenarios`.
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
