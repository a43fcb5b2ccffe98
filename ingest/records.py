"""Sections to records: trial actions, recommendations and measures with their fields."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus.schema import Measure, Recommendation, Record, RecordField, Section, Sentence, TrialAction

CODE = re.compile(r"\((?:anbefaling )?(5(?:\.\d){2}\.?[a-z](?: og 5(?:\.\d){2}\.?[a-z])?)\)")
"""A recommendation's number in the expert group's full report, such as (5.3.4.h)."""

STRENGTHS = {"anbefaling": "afgørende", "inspiration": "understøttelse og inspiration"}
GROUPS = {
    "elever": ("elev", "visiterede elever"),
    "medarbejdere": ("medarbejder", "lærer", "børnehaveklasseleder", "ressourceperson", "ppr og ressourceteam"),
    "ledelse": ("leder", "ledelse", "afdelingsleder"),
    "forældre": ("forældre", "samarbejde med forældrene"),
    "forvaltning": ("forvaltning",),
    "politikere": ("politiker",),
    "støttesystemer": ("eksterne støttesystemer",),
}


def split_coded_recommendations(parts: Iterable[Section]) -> list[Section]:
    """Return the sections with every list of numbered recommendations cut into one section a recommendation."""
    result: list[Section] = []
    seen: dict[str, int] = {}
    for section in parts:
        if section.record is not None or section.field not in STRENGTHS:
            result.append(section)
            continue
        for sentences in _items(section.sentences):
            found = CODE.search(" ".join(sentence.text for sentence in sentences))
            number = re.sub(r"(\d)([a-z])", r"\1.\2", found[1]) if found else None
            if number is None:
                result.append(replace(section, sentences=sentences, field=None))
                continue
            seen[number] = seen.get(number, 0) + 1
            suffix = f"-{seen[number]}" if seen[number] > 1 else ""
            record = f"{section.document}-{number.replace(' ', '-')}{suffix}"
            attributes = {**section.attributes, "number": number}
            result.append(replace(section, sentences=sentences, record=record, attributes=attributes))
    return result


def _items(sentences: Sequence[Sentence]) -> list[tuple[Sentence, ...]]:
    """Group sentences into list items, each with what follows it up to the next item."""
    groups: list[list[Sentence]] = []
    for sentence in sentences:
        if sentence.kind in ("item", "note") or not groups or groups[-1][0].kind == "note":
            groups.append([])
        groups[-1].append(sentence)
    return [tuple(group) for group in groups]


def records(parts: Sequence[Section]) -> list[Record]:
    """Return the records the sections belong to, in reading order."""
    grouped: dict[str, list[Section]] = {}
    for section in parts:
        if section.record is not None:
            grouped.setdefault(section.record, []).append(section)
    return [_record(record, found) for record, found in grouped.items()]


def _record(record: str, parts: Sequence[Section]) -> Record:
    first = parts[0]
    fields = tuple(_fields(parts))
    pages = tuple(sorted({page for part in parts for sentence in part.sentences for page in sentence.pages}))
    title = first.path[-1]
    if "name" in first.attributes:
        return _trial_action(record, first, pages, fields)
    if "actors" in first.attributes:
        actors = first.attributes["actors"]
        names = tuple(str(actor) for actor in actors) if isinstance(actors, list) else ()
        return Measure(record, first.document, title, pages, fields, tier=str(first.field), actors=names)
    if "number" in first.attributes:
        number = str(first.attributes["number"])
        return Recommendation(
            record,
            first.document,
            f"Anbefaling {number}",
            pages,
            fields,
            number=number,
            addressee=str(first.attributes["addressee"]),
            strength=STRENGTHS[str(first.field)],
        )
    found = re.match(r"Anbefaling (\d+)", title)
    return Recommendation(
        record,
        first.document,
        title,
        pages,
        fields,
        number=found[1] if found else record,
        addressee="ledelsen i forvaltninger og på skoler",
        strength=STRENGTHS["anbefaling"],
    )


def _fields(parts: Sequence[Section]) -> Iterable[RecordField]:
    merged: dict[str, tuple[str, tuple[Sentence, ...]]] = {}
    for part in parts:
        name = part.field or "tekst"
        title, sentences = merged.get(name, (part.path[-1], ()))
        merged[name] = (title, sentences + part.sentences)
    return [RecordField(name, title, sentences) for name, (title, sentences) in merged.items()]


def _trial_action(record: str, first: Section, pages: tuple[int, ...], fields: tuple[RecordField, ...]) -> TrialAction:
    name = str(first.attributes["name"])
    municipality, _, school = name.partition(" – ")
    change = next((field for field in fields if field.name == "forandring"), None)
    return TrialAction(
        record,
        first.document,
        first.path[0].removeprefix(f"{name}: "),
        pages,
        fields,
        name=name,
        municipality=municipality,
        school=school or None,
        theme=str(first.attributes["theme"]),
        changes=tuple(_changes(change.sentences if change else ())),
    )


def _changes(sentences: Iterable[Sentence]) -> Iterable[tuple[str, Sentence]]:
    """Pair each sentence with the group it speaks of: that of its list item, `alle` outside the lists."""
    group = "alle"
    for sentence in sentences:
        if sentence.kind == "item":
            group = _group(sentence.text)
        yield group, sentence


def _group(text: str) -> str:
    opening = re.sub(r"^(?:for|af|blandt|også|nogle|de|det øgede|en del|samlet set)\s+", "", text.lower())
    opening = re.sub(r"^(?:for|den|de)\s+", "", opening)
    for group, stems in GROUPS.items():
        if opening.startswith(stems):
            return group
    return "alle"
