"""Forgetting: what keeps a sandbox that runs for long, or carries millions of messages, at one size.

The oldest messages are forgotten beyond a number, unless something is still to become of them; so are people
whom only the business ever mentioned, once nothing of theirs is left, and files whose ids are over.
"""

from .messages import Message
from .network import Step
from .phones import Phone
from .world import World

KEPT_MESSAGES = 100_000
SLACK = 1.25  # forget in one go what is beyond, not one by one


def tidy(world: World) -> None:
    """Forget what is too old, if there is much of it; costs next to nothing otherwise."""
    keep, people = world.keep_messages, world.people
    if keep is None or max(len(people.messages), len(people.phones)) <= keep * SLACK or not _is_time(world):
        return
    world.network.expire(world.clock())
    _forget_messages(world, len(people.messages) - keep)
    _forget_strangers(world)
    world.media.sweep()
    for pace in world.paces.values():
        pace.sweep(world.clock(), world.limits)
    world.tidied = world.journal.written, max(len(people.messages), len(people.phones))


def _is_time(world: World) -> bool:
    """Whether enough has happened since the last time: what cannot be forgotten is not looked at all day."""
    written, left = world.tidied
    return world.journal.written - written >= left * (SLACK - 1)


def _forget_messages(world: World, surplus: int) -> None:
    people, busy = world.people, _under_way(world)
    touched: dict[str, Phone] = {}
    for message in list(people.messages.values()):
        if surplus <= 0:
            break
        if message not in busy:
            del people.messages[message.wamid]
            touched[message.wa_id] = people.of(message)
            surplus -= 1
    for phone in touched.values():
        phone.history = [message for message in phone.history if message.wamid in people.messages]


def _under_way(world: World) -> set[Message]:
    """The messages of which something is still to become."""
    planned = {event.message for event in world.schedule.events() if isinstance(event, Step)}
    waiting = {message for phone in world.people.phones.values() for message in phone.waiting}
    held = {message for message in world.people.messages.values() if message.held}
    return planned | waiting | held


def _forget_strangers(world: World) -> None:
    now = world.clock()
    for phone in list(world.people.phones.values()):
        open_ones = [chat for chat in phone.chats.values() if chat.window_left(now)]
        if not (phone.kept or phone.history or open_ones):
            world.people.forget(phone)
