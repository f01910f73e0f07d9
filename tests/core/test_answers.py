"""The cap on answers: so many, then one sentence, then none until some of them are old."""

from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import item
from wa_notify.core.answers import MOST_ANSWERS, AnswerKind, answer_key, kind_of, next_answer


def test_a_key_tells_what_sort_of_answer_it_is() -> None:
    for kind in AnswerKind:
        assert kind_of(item(key=answer_key(kind, "wamid.1/x"))) == kind


@given(st.lists(st.sampled_from([AnswerKind.ANSWER, AnswerKind.DECLINED]), max_size=30))
def test_nobody_is_answered_more_often_than_the_table_says(before: list[AnswerKind]) -> None:
    given_answers = before[:MOST_ANSWERS]
    for _ in range(30):
        kind = next_answer(item(key=answer_key(kind, "w")) for kind in given_answers)
        if kind is None:
            break
        given_answers.append(kind)
    assert given_answers.count(AnswerKind.ENOUGH) == 1
    assert len(given_answers) == MOST_ANSWERS + 1
