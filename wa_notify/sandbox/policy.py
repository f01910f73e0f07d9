"""How callbacks travel: when they come, how often, in which order, and which never do."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Order = Literal["in_order", "reversed", "shuffled"]
# The codes that are documented to come either way: by default as a callback, by default with the answer.
LATE_BY_DEFAULT = (131026, 131042, 131047, 131048)
ANSWERS_BY_DEFAULT = (130429, 131031, 131037, 131056, 131064)
ORDERS: tuple[Order, ...] = ("in_order", "reversed", "shuffled")
Signature = Literal["right", "wrong", "missing"]
SIGNATURES: tuple[Signature, ...] = ("right", "wrong", "missing")
PAD_MOST = 3_000_000  # bytes: Meta's documentation names 3 MB as the largest body of a callback


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackPolicy:
    """The delivery of callbacks, changeable at run time. Delays count from the acceptance of the message.

    sent_after, delivered_after, read_after: when a message that meets no obstacle changes.
    inbound_after: how long a person's message takes to become a callback.
    duplicates: how many times each callback is repeated, byte for byte.
    order: `reversed` and `shuffled` hold a message's statuses back until its last one has happened, then send
        them in that order; the timestamps inside stay true.
    before_answer: the `sent` callback arrives before the answer to the POST does.
    drop: statuses that never become a callback (the person's phone shows them all the same).
    batch: up to so many statuses in one callback, collected for at most `batch_within`.
    held: callbacks pile up until this turns false.
    unreachable: nobody listens at any callback address: every try fails, and is followed by the next.
    jitter: every callback comes up to so much later, by chance: those about different people, and the copies
        of one, overtake each other.
    unknown_fields: objects carry fields that nobody knows yet, as the platform adds them without notice.
    pad_to: bodies are filled with a meaningless field until they have so many bytes; 0 leaves them alone.
    signature: `wrong` and `missing` are what a stranger would send who does not know the app secret.
    old_signature: the SHA-1 twin of the signature comes along (whether Meta still sends it is not sure).
    answered: codes that are told at once although they come as a callback by default.
    called_back: codes that come as a callback although they are told at once by default. Of 131026, 131031,
        131037, 131042, 131047, 131048, 131056, 131064 and 130429 both have been seen.
    reaction_opens_window: undocumented; most resellers say yes, the strict reading is no.
    """

    sent_after: timedelta = timedelta(seconds=0.2)
    delivered_after: timedelta = timedelta(seconds=0.8)
    read_after: timedelta = timedelta(seconds=2)
    inbound_after: timedelta = timedelta()
    duplicates: int = 0
    order: Order = "in_order"
    before_answer: bool = False
    drop: frozenset[str] = frozenset()
    batch: int = 1
    batch_within: timedelta = timedelta(seconds=1)
    held: bool = False
    unreachable: bool = False
    answered: frozenset[int] = frozenset()
    called_back: frozenset[int] = frozenset()
    reaction_opens_window: bool = False
    jitter: timedelta = timedelta()
    unknown_fields: bool = False
    pad_to: int = 0
    signature: Signature = "right"
    old_signature: bool = False

    def __post_init__(self) -> None:
        if not self.sent_after <= self.delivered_after <= self.read_after:
            raise ValueError("A message is sent, then delivered, then read: the delays must not fall.")
        if min(self.sent_after, self.inbound_after, self.batch_within, self.jitter) < timedelta():
            raise ValueError("Delays must not be negative.")
        if self.order not in ORDERS or self.signature not in SIGNATURES:
            raise ValueError(
                f"`order` is one of {', '.join(ORDERS)}, `signature` of {', '.join(SIGNATURES)}."
            )
        if not 0 <= self.pad_to <= PAD_MOST:
            raise ValueError(f"`pad_to` is at most {PAD_MOST} bytes.")
        if not self.answered <= set(LATE_BY_DEFAULT) or not self.called_back <= set(ANSWERS_BY_DEFAULT):
            raise ValueError(
                f"`answered` takes of {LATE_BY_DEFAULT}, `called_back` of {ANSWERS_BY_DEFAULT}: only these "
                "codes are known to come either way."
            )
        if self.duplicates < 0 or self.batch < 1:
            raise ValueError("`duplicates` must be 0 or more and `batch` 1 or more.")
