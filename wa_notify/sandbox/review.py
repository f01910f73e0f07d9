"""What Meta's reviewers and classifiers do to templates, on demand, with the callbacks that tell of it."""

from dataclasses import replace

from .callbacks import management_payload, template_category_value, template_status_value
from .templates import Template
from .world import World


def review(
    world: World, name: str, language: str, *, status: str | None = None, category: str | None = None
) -> Template:
    """Give a template another status, another category, or both, and announce what really changed.

    Returns the template as it is now. Raises KeyError when there is none, ValueError for an unknown value.
    """
    before = world.account.templates[name, language]
    after = replace(before, status=status or before.status)
    if category is not None and category != before.category:
        after = replace(after, category=category, previous_category=before.category)
    world.account.templates[name, language] = after
    if after.status != before.status:
        _announce(world, "message_template_status_update", template_status_value(after))
    if after.category != before.category:
        _announce(world, "template_category_update", template_category_value(after))
    world.note("template", name=name, language=language, status=after.status, category=after.category)
    return after


def _announce(world: World, field: str, value: dict[str, object]) -> None:
    now = world.clock()
    payload = management_payload(world.account, field, value, now)
    world.courier.announce(payload, now, line=world.account.waba_id, about=[field])
