from math import isnan

import pytest

from app.render import escape
from evals.metrics.critical_tokens import CRITICAL_TOKENS, critical, plain
from tests.evals.metrics.made import citation, item, result

QUOTE = "I Esbjerg fik ti vejledere 94,2 timer, men ikke i marts 2019, jf. 5.3.4.h, og Bo Vestergaard var uden for PPR."


def _score(line: str, quote: str = QUOTE, lang: str = "da") -> float:
    return CRITICAL_TOKENS.score(item(lang=lang), result(text=line, citations=[citation(quote)]))


def test_a_quotation_of_the_cited_words_holds() -> None:
    assert _score(f"- ”{QUOTE}” [1]") == 1


@pytest.mark.parametrize(
    "line",
    [
        "10 vejledere fik 94,2 timer [1]",
        "Ti vejledere, ikke i 2019 [1]",
        "Det var Esbjergs vejledere [1]",
        "**Bo Vestergaard** var med, siger de [1]",
        "Det kan I læse mere om [1]",
        "1. Det gælder 2019 [1]",
        "Hvad så, hvis De spørger [1]",
    ],
)
def test_holds_when_every_critical_token_is_cited(line: str) -> None:
    assert _score(line) == 1


@pytest.mark.parametrize(
    "line",
    [
        "Det varede 94,3 timer [1]",
        "Det varede 94 timer [1]",
        "Det var i 2018 [1]",
        "Det var i maj [1]",
        "Det var ni vejledere [1]",
        "Det fremgår af 5.3.4.g [1]",
        "Der var ingen timer [1]",
        "Det var aldrig et problem [1]",
        "Det var skolerne i Odense [1]",
        "Odense fik vejledere [1]",
        "PLC fik timer [1]",
        "Det var Mads Vestergaard [1]",
    ],
)
def test_does_not_hold_when_a_critical_token_is_not_cited(line: str) -> None:
    assert _score(line) == 0


def test_each_line_is_held_to_its_own_citations() -> None:
    text = "Vi så 5 elever [1]\nVi så 6 elever [2]\nVi så 5 og 6 elever [1][2]\nVi så 6 elever [1]\n\n**Side 99**"
    citations = [citation("Der var 5 elever", n=1), citation("Der var 6 elever", n=2)]
    assert CRITICAL_TOKENS.score(item(), result(text=text, citations=citations)) == 3 / 4


def test_a_mark_that_names_no_citation_does_not_hold() -> None:
    assert _score("Sådan er det [2]") == 0


def test_a_number_in_brackets_in_a_source_is_no_mark() -> None:
    quote = "Se [12] og *note* 3"
    assert plain(f"”{escape(quote)}” [1]").strip() == f"”{quote}”"
    assert _score(f"”{escape(quote)}” [1]", quote) == 1


def test_the_first_word_of_a_sentence_is_a_name_only_when_the_documents_know_it() -> None:
    assert critical("Skolerne var med. Derefter kom Hyldebjælken. Haderslev fulgte efter") == {
        "hyldebjælken", "haderslev",
    }  # fmt: skip


def test_english_negations_stand_for_the_danish() -> None:
    assert _score("they did not want to [1]", lang="en") == 1
    assert _score("it was never so [1]", lang="en") == 0


def test_is_undefined_without_cited_lines() -> None:
    assert isnan(CRITICAL_TOKENS.score(item(), result(text="**Side 9**\n\nDer er 3 ting.")))
