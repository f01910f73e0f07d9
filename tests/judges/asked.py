"""Requests that the Graph answers as in each recorded answer or error; what it answers is returned."""

from typing import Any

from tests.sandbox.conftest import Bench, template_body, text_body
from wa_notify.sandbox import Fault, Refusal

from .situations import NUMBER, REPORT, TEMPLATES, WABA, Situation, anna


def answer(method: str, path: str, **more: Any) -> Situation:
    """What the Graph answers to one request."""

    async def situation(bench: Bench) -> Any:
        return (await bench.graph.request(method, path, **more)).json()

    return situation


async def _held(bench: Bench) -> Any:
    bench.sandbox.pace("ops_nudge", "en")
    return (await bench.template()).json()


async def _to_a_user_id(bench: Bench) -> Any:
    body = {**text_body(), "recipient": anna(bench).user_id}
    del body["to"]
    return (await bench.post(body)).json()


async def _marked_as_read(bench: Bench) -> Any:
    heard = anna(bench).reply("hello")
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": heard}
    return (await bench.post({**read, "typing_indicator": {"type": "text"}})).json()


async def _uploaded(bench: Bench) -> Any:
    form = {"messaging_product": "whatsapp", "type": "image/png"}
    files = {"file": ("db7.png", b"bytes", "image/png")}
    return (await bench.graph.post(f"{NUMBER}/media", data=form, files=files)).json()


async def _inspected(bench: Bench) -> Any:
    return (await bench.graph.get(f"/v26.0/{(await _uploaded(bench))['id']}")).json()


async def _file_deleted(bench: Bench) -> Any:
    return (await bench.graph.delete(f"/v26.0/{(await _uploaded(bench))['id']}")).json()


UPLOAD = {"file_name": "db7.png", "file_length": "5", "file_type": "image/png"}
opened = answer("POST", "/v26.0/200000000000303/uploads", params=UPLOAD)


async def _upload_done(bench: Bench) -> Any:
    session = (await opened(bench))["id"]
    headers = {"Authorization": "OAuth sandbox-token", "file_offset": "0"}
    return (await bench.graph.post(f"/v26.0/{session}", content=b"bytes", headers=headers)).json()


async def _template_edited(bench: Bench) -> Any:
    template = bench.account.templates["ops_nudge", "en"]
    body = {"components": list(template.components)}
    return (await bench.graph.post(f"/v26.0/{template.id}", json=body)).json()


async def _unwell(bench: Bench) -> Any:
    for entity, state, code in (("WABA", "BLOCKED", 141006), ("BUSINESS", "LIMITED", 141010)):
        solution = {"error_description": "Not well.", "possible_solution": "Mend it."}
        bench.sandbox.unwell(entity, state, error_code=code, **solution)
    return (await bench.graph.get(f"{NUMBER}?fields=health_status")).json()


async def _one_plain_template(bench: Bench) -> Any:
    fields = "id,name,language,status,category,parameter_format,components,quality_score"
    bench.account.templates.clear()
    for name in ("judge_report", "judge_other"):
        bench.account.add_template({**REPORT, "name": name})
    return (await bench.graph.get(f"{TEMPLATES}?limit=1&fields={fields}")).json()


async def _counted(bench: Bench) -> Any:
    await _one_plain_template(bench)
    asked = "total_count,message_template_count,message_template_limit"
    return (await bench.graph.get(f"{TEMPLATES}?limit=1&fields=id,name&summary={asked}")).json()


async def _template_read(bench: Bench) -> Any:
    bench.account.add_template(REPORT)
    return (await bench.graph.get(f"/v26.0/{bench.account.templates['judge_report', 'en'].id}")).json()


MORE = "status,name_status,account_mode,whatsapp_business_manager_messaging_limit"
ANSWERS: dict[str, Situation] = {
    "text_sent": answer("POST", f"{NUMBER}/messages", json=text_body()),
    "template_sent": answer("POST", f"{NUMBER}/messages", json=template_body()),
    "template_held": _held,
    "sent_to_a_user_id": _to_a_user_id,
    "marked_as_read": _marked_as_read,
    "file_uploaded": _uploaded,
    "file_inspected": _inspected,
    "file_deleted": _file_deleted,
    "upload_opened": opened,
    "upload_done": _upload_done,
    "template_handed_in": answer("POST", TEMPLATES, json=REPORT),
    "template_edited": _template_edited,
    "template_deleted": answer("DELETE", TEMPLATES, params={"name": "ops_nudge"}),
    "templates_listed": _one_plain_template,
    "templates_counted": _counted,
    "template_read": _template_read,
    "number_read": answer("GET", NUMBER),
    "number_asked_for_more": answer("GET", NUMBER, params={"fields": MORE}),
    "numbers_listed": answer(
        "GET", f"{WABA}/phone_numbers", params={"fields": "display_phone_number,verified_name"}
    ),
    "health_of_a_number": _unwell,
}


async def _too_fast(bench: Bench) -> Any:
    while (response := await bench.template()).status_code == 200:
        pass
    return response.json()


async def _expired(bench: Bench) -> Any:
    bench.sandbox.fail_next(Fault(refusal=Refusal.TOKEN_EXPIRED))
    return (await bench.text()).json()


async def _twice(bench: Bench) -> Any:
    await bench.graph.post(TEMPLATES, json=REPORT)
    return (await bench.graph.post(TEMPLATES, json=REPORT)).json()


TWO = {"type": "body", "parameters": [{"type": "text", "text": "1"}, {"type": "text", "text": "2"}]}
ERRORS: dict[str, Situation] = {
    "too_fast_for_a_person": _too_fast,
    "wrong_number_of_parameters": answer("POST", f"{NUMBER}/messages", json=template_body(TWO)),
    "unknown_field": answer("POST", f"{NUMBER}/messages", json={**text_body(), "txt": {}}),
    "token_expired": _expired,
    "token_wrong": answer("GET", NUMBER, headers={"Authorization": "Bearer wrong"}),
    "template_exists": _twice,
    "unknown_file": answer("GET", "/v26.0/7100000000009999"),
}
