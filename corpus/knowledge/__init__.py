"""What is known about the documents by hand: the data files beside this module, read and checked."""

from pathlib import Path

from corpus.errors import KnowledgeError
from corpus.manifest import read_tables
from corpus.schema import EvidenceLabel

KNOWLEDGE = Path(__file__).parent


def _entries(path: Path, table: str, required: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the tables of a data file. Raises KnowledgeError with file, entry and reason."""
    try:
        entries = read_tables(path, table)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise KnowledgeError(f"{path} kan ikke læses: {error}.", "Ret filen, og prøv igen.") from error
    for place, entry in enumerate(entries, start=1):
        missing = [name for name in required if not str(entry.get(name, "")).strip()]
        if missing:
            raise KnowledgeError(f"{path}, {table} {place}: mangler {', '.join(missing)}.", "Ret filen.")
    return list(entries)


def evidence_labels(path: Path = KNOWLEDGE / "evidence.toml") -> dict[str, EvidenceLabel]:
    """Return the evidence label of each record and document that has one.

    Raises KnowledgeError for an unknown label, a missing reason or an id labelled twice.
    """
    labels: dict[str, EvidenceLabel] = {}
    for entry in _entries(path, "label", ("id", "label", "reason")):
        if entry["label"] not in EvidenceLabel.__members__ or entry["id"] in labels:
            problem = "er mærket to gange" if entry["id"] in labels else f"har ukendt mærke {entry['label']!r}"
            raise KnowledgeError(f"{path}: {entry['id']} {problem}.", "Brug A, B, C, D eller E én gang.")
        labels[entry["id"]] = EvidenceLabel(entry["label"])
    return labels


def abbreviations(path: Path = KNOWLEDGE / "abbreviations.toml") -> dict[str, str]:
    """Return the long form of each abbreviation. Raises KnowledgeError for one given twice."""
    found: dict[str, str] = {}
    for entry in _entries(path, "abbreviation", ("short", "long", "document", "quote")):
        if entry["short"] in found:
            raise KnowledgeError(f"{path}: {entry['short']} står to gange.", "Slet den ene.")
        found[entry["short"]] = entry["long"]
    return found
