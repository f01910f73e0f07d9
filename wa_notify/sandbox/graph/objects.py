"""What an id in a path stands for, in the eyes of the account whose token asks."""

from wa_notify.sandbox.account import Account
from wa_notify.sandbox.refusals import Refusal, Refused
from wa_notify.sandbox.world import World


def kind_of(world: World, account: Account, object_id: str) -> str:
    """Return `number`, `waba`, `app`, `upload`, `template` or `medium`. Raises Refused for anything else.

    What belongs to another account is as unknown as what does not exist.
    """
    if object_id == account.waba_id:
        return "waba"
    if object_id == account.app_id:
        return "app"
    if object_id.startswith("upload:"):
        return "upload"
    if any(number.phone_number_id == object_id for number in account.numbers):
        return "number"
    if world.media.has(object_id, account):
        return "medium"
    if any(template.id == object_id for template in account.templates.values()):
        return "template"
    raise Refused(Refusal.OBJECT_UNKNOWN, f"Object with ID '{object_id}'.")
