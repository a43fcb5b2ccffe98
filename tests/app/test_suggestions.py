import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine import Engine
from app.situation import read
from app.suggestions import FIELDS, FITTING, MOST, MOST_REASONS, NEAR, choose, near_the_class, suggestion
from app.texts import LANGUAGES, texts
from app.turn import Message, Outcome, PartKind, Suggestion
from corpus.claims import unsupported
from corpus.schema import Support
from corpus.text import key
from retrieval.library import Library
from retrieval.suggest import RankedAction

CLAIMS = re.compile(r"evidensbaser|\bvirker\b|dokumenteret effekt|!", re.IGNORECASE)
"""What our own words never say: no source shows an effect, and nothing is shouted."""

ABSENCE = ("kl-frederiksberg", "kl-soroe", "kl-aabenraa-tinglev-skole")
"""Trial actions of one kind: their first theme is absence."""

OTHER = "kl-frederikshavn"
SCORES = st.floats(min_value=0.1, max_value=100, allow_nan=False)


def _ranked(library: Library, *scored: tuple[str, float]) -> list[RankedAction]:
    """Return trial actions with their scores, best first."""
    found = [
        RankedAction(library.trial_actions[name], score, library.catalogue.mark(name).label) for name, score in scored
    ]
    return sorted(found, key=lambda one: -one.score)


def _chosen(library: Library, *scored: tuple[str, float], most: int = MOST) -> list[str]:
    return [one.action.id for one in choose(_ranked(library, *scored), library, most)]


def _kind(name: str, library: Library) -> str:
    return library.catalogue.facet_values(name, "themes")[0]


def _with_situation(library: Library, wanted: str, without: str) -> list[str]:
    """Return the trial actions that are about one situation and not about the other, of different kinds."""
    found: dict[str, str] = {}
    for name in library.trial_actions:
        situations = library.catalogue.facet_values(name, "situations")
        if wanted in situations and without not in situations:
            found.setdefault(_kind(name, library), name)
    return list(found.values())


def _own_words(thing: object) -> Iterator[str]:
    """Yield every text of ours in a noun or a file of texts; a source's own words are left out."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, Mapping):
        yield from _own_words(tuple(thing.values()))
    elif isinstance(thing, tuple):
        for part in thing:
            yield from _own_words(part)
    elif is_dataclass(thing) and not isinstance(thing, Support):
        yield from _own_words(tuple(getattr(thing, field.name) for field in fields(thing)))


def _card(name: str, library: Library, said: str | None = None, language: str = "da") -> Suggestion:
    return suggestion(library.trial_actions[name], read(said) if said is not None else None, library, language)


@given(data=st.data())
def test_at_most_three_are_suggested_none_of_them_far_behind(library: Library, data: st.DataObject) -> None:
    scores = data.draw(st.dictionaries(st.sampled_from(sorted(library.trial_actions)), SCORES, min_size=1))
    ranked = _ranked(library, *scores.items())
    chosen = choose(ranked, library)
    assert 1 <= len(chosen) <= MOST
    assert chosen[0] == ranked[0]
    assert all(one.score >= FITTING * ranked[0].score for one in chosen)
    assert len({one.action.id for one in chosen}) == len(chosen)


@given(data=st.data())
def test_three_are_suggested_where_three_fit(library: Library, data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(library.trial_actions)), min_size=3, unique=True))
    fitting = [(name, data.draw(st.floats(min_value=10 * FITTING, max_value=10))) for name in names]
    assert len(_chosen(library, *fitting)) == MOST


@given(data=st.data(), most=st.integers(min_value=1, max_value=5))
def test_no_more_are_suggested_than_asked_for(library: Library, data: st.DataObject, most: int) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(library.trial_actions)), unique=True))
    assert len(_chosen(library, *((name, 1.0) for name in names), most=most)) == min(most, len(names))


def test_nothing_found_suggests_nothing(library: Library) -> None:
    assert choose([], library) == []


def test_one_far_behind_is_left_out(library: Library) -> None:
    scored = [(OTHER, 10.0), (ABSENCE[0], 10 * FITTING), (ABSENCE[1], 10 * FITTING - 0.1)]
    assert _chosen(library, *scored) == [OTHER, ABSENCE[0]]


def test_another_kind_comes_instead_of_a_third_of_the_same(library: Library) -> None:
    assert len({_kind(name, library) for name in ABSENCE}) == 1
    scored = [(name, 10.0 - place) for place, name in enumerate(ABSENCE)]
    assert _chosen(library, *scored, (OTHER, 8 * NEAR + 0.1)) == [*ABSENCE[:2], OTHER]


def test_third_of_the_same_kind_stays_where_the_other_is_far_behind(library: Library) -> None:
    scored = [(name, 10.0 - place) for place, name in enumerate(ABSENCE)]
    assert _chosen(library, *scored, (OTHER, 8 * NEAR - 0.1)) == list(ABSENCE)


def test_one_for_the_class_goes_before_a_nearly_equal_one_for_a_single_pupil(library: Library) -> None:
    one, whole = _with_situation(library, "one_pupil", "class")[0], _with_situation(library, "class", "one_pupil")[0]
    best = next(name for name in library.trial_actions if name not in (one, whole))
    assert _chosen(library, (best, 10.0), (one, 9.0), (whole, 8.9)) == [best, whole, one]
    assert _chosen(library, (best, 10.0), (one, 9.0), (whole, 9 * NEAR - 0.1)) == [best, one, whole]


def test_best_fitting_one_stays_first_though_it_is_for_a_single_pupil(library: Library) -> None:
    one, whole = _with_situation(library, "one_pupil", "class")[0], _with_situation(library, "class", "one_pupil")[0]
    assert _chosen(library, (one, 9.0), (whole, 8.9)) == [one, whole]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_a_card_is_cited_or_empty(library: Library, language: str) -> None:
    for name in library.trial_actions:
        card = _card(name, library, language=language)
        assert [field.name for field in card.fields] == list(FIELDS)
        for field in card.fields:
            assert all(part.citations for part in field.parts) or field.name == "ask_first", (name, field.name)


def test_questions_to_the_team_are_ours_and_cite_nothing(library: Library) -> None:
    for name in library.trial_actions:
        asked = _card(name, library).field("ask_first")
        assert asked
        assert all(part.kind is PartKind.NOTE and not part.citations for part in asked)


def test_every_quotation_of_a_card_stands_in_its_document(library: Library, bundled_keys: dict[str, str]) -> None:
    for name in library.trial_actions:
        cited = [part for field in _card(name, library).fields for part in field.parts if part.citations]
        for part in cited:
            quotes = [citation.quote for citation in part.citations]
            assert all(key(citation.quote) in bundled_keys[citation.document] for citation in part.citations), name
            if part.kind is PartKind.STATEMENT:
                assert unsupported(part.text, quotes) == [], (name, part.text)
            else:
                assert part.text == quotes[0]


def test_nothing_that_a_guide_tells_is_left_out_of_its_card(library: Library) -> None:
    for name, guide in library.catalogue.guides.items():
        card = _card(name, library)
        for field in ("problem", "steps", "first_steps", "who", "resources", "learned", "caveats", "signs"):
            assert [part.text for part in card.field(field)] == [one.text for one in getattr(guide, field)], name
        assert [part.text for part in card.field("changes")] == [one.text for _, one in guide.changes]
        assert len(card.field("behind")) == len(guide.behind)
        assert len(card.field("local")) == len(guide.local)


def test_citations_are_numbered_through_the_card(library: Library) -> None:
    for name in library.trial_actions:
        cited = [one for field in _card(name, library).fields for part in field.parts for one in part.citations]
        met = list(dict.fromkeys(citation.n for citation in cited))
        assert met == list(range(1, len(met) + 1))
        assert len({(citation.n, citation.quote) for citation in cited}) == len(met)


@pytest.mark.parametrize(("language", "lead"), [("da", "Du nævner ”keder”:"), ("en", "You mention “keder”:")])
def test_card_says_why_it_fits_in_the_persons_own_words(library: Library, language: str, lead: str) -> None:
    why = _card("kl-kolding-christiansfeld-skole", library, "De keder sig i timerne", language).field("why")
    assert lead in [part.lead for part in why]
    assert all(part.citations for part in why)


def test_a_masked_name_is_no_reason_that_is_quoted(library: Library) -> None:
    told = [_card(name, library, "[navn] kommer ikke i skole mere").field("why") for name in ABSENCE]
    leads = {part.lead for why in told for part in why}
    assert "Du skriver om en enkelt elev:" in leads
    assert not any("[" in lead for lead in leads)


@given(st.lists(st.sampled_from(["uro", "forældrene", "de keder sig", "fravær", "i teamet", "hele klassen", "PPR"])))
def test_reasons_are_few_different_and_said_by_the_person(library: Library, said: list[str]) -> None:
    text = ", ".join(said)
    for name in (*ABSENCE, "kl-egedal-baekkegaarden"):
        why = _card(name, library, text).field("why")
        assert 1 <= len(why) <= MOST_REASONS
        assert len({part.text for part in why}) == len({part.lead for part in why}) == len(why)
        quoted = [word for part in why for word in re.findall("”(.+)”", part.lead)]
        assert all(word in text for word in quoted)


@pytest.mark.parametrize("said", [None, "Noget helt andet"])
def test_card_tells_how_it_began_where_nothing_said_fits(library: Library, said: str | None) -> None:
    for name, guide in library.catalogue.guides.items():
        (why,) = _card(name, library, said).field("why")
        assert why.text == guide.problem[0].text
        assert why.lead == "Det begyndte de med:"


def test_measure_of_one_place_says_where_it_applies_and_a_recommendation_does_not(library: Library) -> None:
    cards = [_card(name, library) for name in library.trial_actions]
    local = [part.lead for card in cards for part in card.field("local")]
    behind = [part.lead for card in cards for part in card.field("behind")]
    assert local
    assert all("gælder lokalt i" in lead for lead in local)
    assert behind
    assert not any("gælder lokalt i" in lead for lead in behind)


def test_our_own_words_claim_no_proven_effect_and_do_not_shout(library: Library) -> None:
    catalogue = library.catalogue
    written = [catalogue.guides, catalogue.paths, catalogue.topics, catalogue.facet_names, *map(texts, LANGUAGES)]
    told = [text for thing in written for text in _own_words(thing)]
    assert len(told) > 1000
    assert [text for text in told if CLAIMS.search(text)] == []


STRATEGY, WORKSHOPS = "kl-odder", "kl-egedal-baekkegaarden"


def test_what_a_municipality_organised_comes_behind_what_is_as_near_for_a_class(library: Library) -> None:
    ranked = _ranked(library, (STRATEGY, 11.0), (WORKSHOPS, 10.0))
    for text in ("Vores 4. klasse er urolig", "En dreng løber ud af timen"):
        assert [one.action.id for one in near_the_class(ranked, read(text).said, library)] == [WORKSHOPS, STRATEGY]


def test_a_strategy_that_fits_much_better_still_comes_first_and_so_it_does_without_a_class(library: Library) -> None:
    clearly = _ranked(library, (STRATEGY, 20.0), (WORKSHOPS, 10.0))
    assert near_the_class(clearly, read("Vores 4. klasse er urolig").said, library)[0].action.id == STRATEGY
    ranked = _ranked(library, (STRATEGY, 11.0), (WORKSHOPS, 10.0))
    without_class = near_the_class(ranked, read("Forvaltningen vil have en ny strategi").said, library)
    assert [one.action.id for one in without_class] == [STRATEGY, WORKSHOPS]


def test_what_is_not_about_the_subject_that_is_named_comes_behind(library: Library) -> None:
    other, absence = "kl-vordingborg-svend-goenge-skolen", ABSENCE[2]
    ranked = _ranked(library, (other, 10.5), (absence, 10.0))
    said = read("En pige møder ikke op").said
    assert said["themes"] == ("absence",)
    assert [one.action.id for one in near_the_class(ranked, said, library)] == [absence, other]
    clearly = _ranked(library, (other, 12.5), (absence, 10.0))
    assert near_the_class(clearly, said, library)[0].action.id == other


def test_what_was_done_with_pupils_of_another_age_comes_behind(library: Library) -> None:
    first_grade, seventh_grade = "kl-broendby-broendbyvester-skole", "kl-kolding-christiansfeld-skole"
    ranked = _ranked(library, (first_grade, 11.0), (seventh_grade, 10.0))
    assert near_the_class(ranked, read("Vores 8. klasse er urolig").said, library)[0].action.id == seventh_grade
    assert near_the_class(ranked, read("Vores 3. klasse er urolig").said, library)[0].action.id == first_grade


@pytest.mark.parametrize(
    "text",
    [
        "Pigerne i 5. klasse vil ikke i bad efter idræt",
        "En dreng i 8. klasse sælger vapes bag hallen",
        "Hele 7. klasse skriver deres stile med en robot",
        "Two boys in year 4 have started stealing from the others' bags",
    ],
)
def test_what_no_trial_action_is_about_gets_recommendations_and_questions_instead(engine: Engine, text: str) -> None:
    turn = engine.suggest(text)
    words, told = texts("da"), [part.text for part in turn.parts]
    assert words["suggestion"]["nothing"] in told
    assert not turn.suggestions
    recommendations = engine.library.catalogue.recommendation_ids
    cited = {engine.library.passages[citation.passage].record for citation in turn.citations}
    assert cited and cited <= recommendations
    assert [f"- {question}" for question in words["context"].values()] == [one for one in told if one.startswith("- ")]
    titles = [action.title for action in engine.library.trial_actions.values()]
    assert not any(title in one for title in titles for one in told)


@pytest.mark.parametrize("wish", ["vis de nærmeste", "Vis de nærmeste prøvehandlinger", "vis dem alligevel"])
def test_the_nearest_are_shown_to_who_asks_for_them_and_said_to_be_about_something_else(
    engine: Engine, wish: str
) -> None:
    text = "Pigerne i 5. klasse vil ikke i bad efter idræt"
    first = engine.ask(text)
    said = "\n".join(part.text for part in first.parts)
    turn = engine.ask(wish, [Message("user", text), Message("assistant", said)])
    assert len(turn.suggestions) == MOST
    assert texts("da")["suggestion"]["intro_far"] in [part.text for part in turn.parts]


def test_who_asks_for_the_nearest_before_anything_is_told_is_asked_to_describe(engine: Engine) -> None:
    turn = engine.ask("vis de nærmeste")
    assert turn.outcome is Outcome.CLARIFY
    assert turn.parts[0].text == texts("da")["clarify"]["describe"]


@pytest.mark.parametrize(
    "text", ["forældre", "parents", "Vi har meget uro i 4. klasse i matematik", "Min elev vil ikke i skole"]
)
def test_what_some_are_about_is_not(engine: Engine, text: str) -> None:
    turn = engine.suggest(text)
    assert turn.suggestions
    assert texts("da")["suggestion"]["intro_far"] not in [part.text for part in turn.parts]


def test_a_grade_is_no_reason_where_the_trial_action_is_of_others(engine: Engine) -> None:
    for grade in range(7, 10):
        for one in engine.suggest(f"Der er konflikter i {grade}. klasse, når timen begynder").suggestions:
            own = engine.library.catalogue.facet_values(one.action.id, "grades")
            if str(grade) not in own:
                assert not any("klasse" in part.lead for part in one.field("why"))


@pytest.mark.parametrize(
    "text", ["Det startede efter sommerferien, og nu larmer 4. klasse", "De skifter fra dansk til matematik med larm"]
)
def test_everyday_verbs_are_no_transition(text: str) -> None:
    assert "transition" not in read(text).values("situations")


@pytest.mark.parametrize(
    "text", ["En dreng starter hos os til sommer", "Nye elever begynder i 0. klasse", "Skiftet fra børnehave er svært"]
)
def test_a_change_of_school_is_one(text: str) -> None:
    assert "transition" in read(text).values("situations")


@pytest.mark.parametrize(
    "text", ["pige i 8. klasse som ikke møder op", "en dreng, der aldrig kommer", "elever som sjældent er her"]
)
def test_absence_is_read_in_a_clause(text: str) -> None:
    assert "absence" in read(text).values("themes")


@pytest.mark.parametrize("text", ["uro frokost 2.kl", "uro frokost 2. klasse", "uro efter frokost"])
def test_a_few_words_that_name_a_theme_get_the_card_that_is_about_it(engine: Engine, text: str) -> None:
    assert engine.ask(text).suggestions[0].action.id == WORKSHOPS


@pytest.mark.parametrize(
    "text",
    [
        "vi oplever at pædagogiske konsulenters handleplaner ikke bliver brugt i hverdagen",
        "skolevægring i 6.",
    ],
)
def test_what_is_told_of_ones_own_is_a_situation_and_no_question(engine: Engine, text: str) -> None:
    assert engine.ask(text).suggestions


def test_cards_that_mention_nothing_of_what_is_told_are_said_to_come_nearest(engine: Engine) -> None:
    told = [part.text for part in engine.ask("Læsning går dårligt i 4.b, de kommer bagud").parts]
    words = texts("da")["suggestion"]
    assert words["intro_unmatched"] in told or words["intro_far"] in told or words["nothing"] in told
    assert words["intro"] not in told
