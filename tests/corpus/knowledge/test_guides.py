from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest

from corpus.claims import unsupported
from corpus.errors import KnowledgeError
from corpus.guides import Guide
from corpus.knowledge.guides import anywhere, guides
from corpus.knowledge.reading import Sources
from corpus.schema import Facets, Measure, RecordField, Sentence, Statement, Support
from corpus.text import key
from retrieval.library import Library
from tests.corpus.knowledge.conftest import ACTION, FIRST, PAGES, PASSAGES, SECOND, passage

NAMES = {"reporters": {"pupils": "Elever"}}
FACETS = Facets(
    themes=("teaching",),
    grades=("3",),
    participants=("teachers",),
    situations=("class",),
    outcome="went_well",
    outcome_support=Support("kl", FIRST, "kl-1"),
    resources=(),
    reporters=("pupils",),
)
WORKSHOPS = '{ text = "Skolen begyndte på værksteder i 2024.", quotes = ["I 2024 indførte vi værksteder"] }'
PARENTS = f'text = "De voksne derhjemme var ikke hørt.", quotes = ["{SECOND}"]'
LUNCH = 'text = "Værkstederne lå efter frokosten.", quotes = ["værksteder efter frokost"]'
ENTRY = f"""
[[guide]]
id = "kl-x"
problem = [{{ {PARENTS} }}]
steps = [{WORKSHOPS}, {{ {LUNCH} }}]
try = [{WORKSHOPS}]
who = []
resources = []
changes = [{{ group = "pupils", {LUNCH} }}]
learned = []
caveats = []
goal = {WORKSHOPS}
signs = []
fits = [{{ value = "teaching", {LUNCH} }}, {{ value = "class", {LUNCH} }}]
ask_first = ["Hvornår på dagen er det svært?"]
behind = []
local = []
"""
SHARING = ("kl-frederikshavn", "kl-lemvig-lemtorp-skolen", "kl-lemvig-tangen-skole", "kl-lemvig-tangsoe-skole")
"""Trial actions whose words the catalogue also prints for another one."""


@pytest.fixture
def sources() -> Sources:
    """Where quotations stand in the two passages, which belong to the trial action, and their page."""
    return Sources([replace(one, record="kl-x") for one in PASSAGES], PAGES)


def _read(folder: Path, text: str, sources: Sources, facets: Mapping[str, Facets] | None = None) -> dict[str, Guide]:
    path = folder / "guides.toml"
    path.write_text(text, "utf-8")
    return guides(sources, [ACTION], {"kl-x": FACETS} if facets is None else facets, NAMES, path)


def _statements(thing: object) -> Iterator[Statement]:
    """Yield every sentence of a guide, whatever field it stands in."""
    if isinstance(thing, Statement):
        yield thing
    elif isinstance(thing, Mapping):
        yield from _statements(tuple(thing.values()))
    elif isinstance(thing, tuple):
        for part in thing:
            yield from _statements(part)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from _statements(getattr(thing, field.name))


def _supports(guide: Guide) -> list[Support]:
    return [support for sentence in _statements(guide) for support in sentence.support]


def _words_of(record: str, library: Library) -> str:
    return "".join(key(library.passages[name].text) for name in library.passages_of[record])


def test_guide_holds_its_sentences_with_what_carries_them(tmp_path: Path, sources: Sources) -> None:
    guide = _read(tmp_path, ENTRY, sources)["kl-x"]
    assert [step.text for step in guide.steps] == [
        "Skolen begyndte på værksteder i 2024.",
        "Værkstederne lå efter frokosten.",
    ]
    assert guide.problem[0].support == (Support("kl", SECOND, "kl-2"),)
    assert [group for group, _ in guide.changes] == ["pupils"]
    assert guide.fits.keys() == {"teaching", "class"}
    assert guide.ask_first == ("Hvornår på dagen er det svært?",)


def test_fields_that_the_source_does_not_give_are_empty(tmp_path: Path, sources: Sources) -> None:
    guide = _read(tmp_path, ENTRY, sources)["kl-x"]
    assert not any((guide.who, guide.resources, guide.learned, guide.caveats, guide.signs, guide.behind, guide.local))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("værksteder i 2024", "værksteder i 2023", "citaterne bærer ikke: 2023"),
        ("værksteder i 2024", "fire værksteder i 2024", "citaterne bærer ikke: 4"),
        ("var ikke hørt", "var hørt", "udeladt: ikke"),
        ("lå efter frokosten", "lå ikke efter frokosten", "citaterne bærer ikke: ikke"),
        ("Skolen begyndte", "Skolen i Odder begyndte", "citaterne bærer ikke: Odder"),
        (PARENTS, f'text = "{FIRST} {SECOND}", quotes = ["{FIRST} {SECOND}"]', "skrevet af fra citatet"),
        ("Værkstederne lå", "Det virker, når værkstederne lå", "'virker' må ikke stå"),
        ("er det svært?", "er det svært!", "'!' må ikke stå"),
        ("I 2024 indførte vi værksteder", "Sådan gjorde en anden skole", "står ikke i kl"),
        ('value = "class"', 'value = "parents"', "fits: class, parents mangler eller hører ikke til"),
        (f', {{ value = "class", {LUNCH} }}', "", "fits: class mangler"),
        ('group = "pupils"', 'group = "neighbours"', "'neighbours' står ikke i [values.reporters]"),
        ('id = "kl-x"', 'id = "kl-y"', "prøvehandlingen 'kl-y' findes ikke"),
        ("who = []", "", "who mangler"),
        (f", {{ {LUNCH} }}]\ntry", "]\ntry", "steps"),
        ("behind = []", f'behind = [{{ record = "kl-y", quote = "{SECOND}" }}]', "'kl-y' findes ikke"),
        ("local = []", 'local = [{ record = "kl-x", quote = "Sådan gjorde en anden" }]', "står ikke i kl"),
    ],
)
def test_fault_of_a_guide_is_told_with_file_and_line(
    tmp_path: Path, sources: Sources, old: str, new: str, reason: str
) -> None:
    assert old in ENTRY
    with pytest.raises(KnowledgeError, match=r"guides\.toml, linje 2\b") as caught:
        _read(tmp_path, ENTRY.replace(old, new, 1), sources)
    assert reason in caught.value.what


def test_guide_given_twice_is_told_with_both_lines(tmp_path: Path, sources: Sources) -> None:
    with pytest.raises(KnowledgeError, match=r"linje 19: 'kl-x' står også i guides\.toml, linje 2"):
        _read(tmp_path, ENTRY + ENTRY, sources)


def test_trial_action_without_a_guide_is_named(tmp_path: Path, sources: Sources) -> None:
    with pytest.raises(KnowledgeError, match=r"guides\.toml: mangler kl-z"):
        _read(tmp_path, ENTRY, sources, {"kl-x": FACETS, "kl-z": FACETS})


def test_guides_of_documents_that_are_not_indexed_are_passed_over(tmp_path: Path, sources: Sources) -> None:
    assert _read(tmp_path, ENTRY, Sources((), ()), {}) == {}
    assert _read(tmp_path, ENTRY + ENTRY.replace("kl-x", "vive-x"), sources).keys() == {"kl-x"}


def test_pointers_to_documents_that_are_not_indexed_are_passed_over(tmp_path: Path, sources: Sources) -> None:
    pointers = f'behind = [{{ record = "stuk-1", quote = "{SECOND}" }}, {{ record = "kl-x", quote = "{SECOND}" }}]'
    guide = _read(tmp_path, ENTRY.replace("behind = []", pointers), sources)["kl-x"]
    assert [(pointer.record, pointer.support.passage) for pointer in guide.behind] == [("kl-x", "kl-2")]


@pytest.mark.parametrize(("quote", "fault"), [(FIRST, None), (SECOND, "hører ikke til kl-trin")])
def test_a_card_points_only_to_the_words_of_a_measure_without_a_section(
    tmp_path: Path, sources: Sources, quote: str, fault: str | None
) -> None:
    told = (RecordField("rammen", "Rammen", (Sentence(FIRST, (9,)),)),)
    measure = Measure("kl-trin", "kl", "Trin", (9,), told, tier="1", actors=("Teamet",), passages=("kl-1",))
    path = tmp_path / "guides.toml"
    path.write_text(ENTRY.replace("local = []", f'local = [{{ record = "kl-trin", quote = "{quote}" }}]'), "utf-8")
    if fault is None:
        (pointer,) = guides(sources, [ACTION, measure], {"kl-x": FACETS}, NAMES, path)["kl-x"].local
        assert (pointer.record, pointer.support.passage) == ("kl-trin", "kl-1")
    else:
        with pytest.raises(KnowledgeError, match=fault):
            guides(sources, [ACTION, measure], {"kl-x": FACETS}, NAMES, path)


@pytest.mark.parametrize("order", [("kl-x", "kl-z"), ("kl-z", "kl-x")])
def test_words_that_two_trial_actions_share_are_cited_from_the_one_told_of(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    shared = [
        replace(passage(f"{record}-{number}", text), record=record)
        for record in order
        for number, text in enumerate((FIRST, SECOND))
    ]
    guide = _read(tmp_path, ENTRY, Sources(shared, PAGES))["kl-x"]
    assert {support.passage for support in _supports(guide)} == {"kl-x-0", "kl-x-1"}


def test_every_trial_action_has_a_guide(library: Library) -> None:
    assert set(library.catalogue.guides) == set(library.trial_actions)


def test_every_guide_tells_what_to_begin_with_and_what_to_ask_first(library: Library) -> None:
    for name, guide in library.catalogue.guides.items():
        assert guide.problem, name
        assert len(guide.steps) >= 2, name
        assert guide.first_steps, name
        assert guide.ask_first, name
        assert all(question.endswith("?") for question in guide.ask_first), name


def test_every_guide_tells_how_each_theme_and_situation_fits(library: Library) -> None:
    for name, guide in library.catalogue.guides.items():
        own = library.catalogue.facets[name]
        assert set(guide.fits) == {*own.themes, *own.situations}, name


def test_no_sentence_says_more_than_its_quotations(library: Library) -> None:
    for name, guide in library.catalogue.guides.items():
        for sentence in _statements(guide):
            quotes = [support.quote for support in sentence.support]
            assert quotes, (name, sentence.text)
            assert unsupported(sentence.text, quotes) == [], (name, sentence.text)
            assert all(library.contains(support.document, support.quote) for support in sentence.support), name


def test_every_quotation_leads_to_its_own_trial_action_where_the_words_stand_there(library: Library) -> None:
    for name, guide in library.catalogue.guides.items():
        own = _words_of(name, library)
        for support in _supports(guide):
            if key(support.quote) in own:
                assert library.passages[support.passage].record == name, (name, support.quote)


@pytest.mark.parametrize("name", SHARING)
def test_words_printed_for_several_places_are_cited_from_the_right_one(library: Library, name: str) -> None:
    others = [_words_of(other, library) for other in library.trial_actions if other != name]
    own = _words_of(name, library)
    shared = [
        support
        for support in _supports(library.catalogue.guides[name])
        if key(support.quote) in own and any(key(support.quote) in words for words in others)
    ]
    assert shared
    assert {library.passages[support.passage].record for support in shared} == {name}


def test_behind_are_recommendations_and_local_are_measures_of_one_place(library: Library) -> None:
    catalogue = library.catalogue
    behind = [pointer for guide in catalogue.guides.values() for pointer in guide.behind]
    local = [pointer for guide in catalogue.guides.values() for pointer in guide.local]
    assert {catalogue.kind(pointer.record) for pointer in behind} == {"recommendation"}
    assert {catalogue.kind(pointer.record) for pointer in local} == {"measure"}
    for pointer in (*behind, *local):
        assert pointer.support.document == library.records[pointer.record].document
        assert library.contains(pointer.support.document, pointer.support.quote)


def _pointer(record: str, quote: str) -> str:
    return f'[[pointer]]\nrecord = "{record}"\nquote = "{quote}"\n'


def test_what_fits_any_situation_is_in_the_files_order_and_of_what_is_indexed(tmp_path: Path, sources: Sources) -> None:
    path = tmp_path / "anywhere.toml"
    path.write_text(_pointer("kl-x", SECOND) + _pointer("stuk-1", SECOND) + _pointer("kl-x", FIRST), "utf-8")
    found = anywhere(sources, [ACTION], path)
    assert [(pointer.record, pointer.support.passage) for pointer in found] == [("kl-x", "kl-2"), ("kl-x", "kl-1")]


@pytest.mark.parametrize(
    ("record", "quote", "fault"), [("kl-y", SECOND, "'kl-y' findes ikke"), ("kl-x", "Det står her ikke.", "anywhere")]
)
def test_a_fault_in_what_fits_any_situation_is_told_with_its_place(
    tmp_path: Path, sources: Sources, record: str, quote: str, fault: str
) -> None:
    path = tmp_path / "anywhere.toml"
    path.write_text(_pointer("kl-x", FIRST) + _pointer(record, quote), "utf-8")
    with pytest.raises(KnowledgeError, match=fault) as caught:
        anywhere(sources, [ACTION], path)
    assert "anywhere.toml" in str(caught.value)


def test_what_fits_any_situation_is_of_recommendations(library: Library) -> None:
    assert {pointer.record for pointer in library.catalogue.anywhere} <= library.catalogue.recommendation_ids
    assert len(library.catalogue.anywhere) > 2
