"""Danish text analysis, the same for documents and questions.

Words become lemma, then stem, with å, ø and æ folded to aa, oe and ae; compounds give their parts as well; numbers
and recommendation codes stay whole. A second analysis gives the character 4-grams of each word, which find a word
that is misspelt.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import simplemma
import snowballstemmer

from corpus.text import normalise

TOKEN = re.compile(r"\d+(?:\.\d+)+\.?[a-zæøå]?\b|\d+(?:[.,]\d+)?|§|[^\W\d_]+(?:[-'’][^\W\d_]+)*", re.IGNORECASE)
FOLDS = str.maketrans({"å": "aa", "ø": "oe", "æ": "ae"})
SHORT_PARTS = frozenset("tid dag fag leg syn mål ord bog råd lag net hus uge bør ppr sfo vej".split())
LONGEST_COMPOUND = 40
STOP_WORDS = frozenset(
    "ad af alle alt anden at blev blive bliver da de dem den denne der deres det dette dig din disse dog du efter"
    " eller en end er et for fra ham han hans har havde have hende hendes her hos hun hvad hvem hvilke hvilken"
    " hvilket hvis hvor hvordan hvorfor hvornår i ikke ind jeg jer jeres jo kan kom kunne man mange med meget men"
    " mig min mine mit mod må når ned nogle noget nogen nu og også om op os på sammen selv sig sin sine sit skal"
    " skulle som så thi til ud under var vi vil ville vor være været have få får fået gør gøre siger står the of"
    " and is in a an what how who do does we our i my to can for with it that".split()
)

_stemmer = snowballstemmer.stemmer("danish")


def terms(text: str) -> list[str]:
    """Return the index terms of `text` in order, with repeats and without function words."""
    return [term for token in tokens(text) for term in _token_terms(token)]


def tokens(text: str) -> list[str]:
    """Return the words, numbers and codes of `text` in order, lower case, soft hyphens gone."""
    return TOKEN.findall(normalise(text).replace("\u00ad", "").lower())


@lru_cache(maxsize=100_000)
def _token_terms(token: str) -> tuple[str, ...]:
    if not token[0].isalpha():
        return (token.replace(",", "."),)
    if token in STOP_WORDS:
        return ()
    parts = re.split(r"[-'’]", token)
    words = [token] if len(parts) == 1 else ["".join(parts), *(part for part in parts if part not in STOP_WORDS)]
    found: dict[str, None] = {}
    for word in words:
        for piece in (word, *compound_parts(word)):
            found.setdefault(stem(piece))
    return tuple(found)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the folded stem of the lemma of a lower-case word."""
    return fold(str(_stemmer.stemWord(simplemma.lemmatize(word, lang="da").lower())))


def fold(word: str) -> str:
    """Write å, ø and æ as aa, oe and ae."""
    return word.translate(FOLDS)


def danish(low: str) -> str:
    """Return a lower-case word with å ø æ where it has aa oe ae."""
    return low.replace("aa", "å").replace("oe", "ø").replace("ae", "æ")


@lru_cache(maxsize=100_000)
def compound_parts(word: str) -> tuple[str, ...]:
    """Return the words a compound is made of; empty for a word that is none.

    Fewest parts win, then the longest last part, then a first one in its basic form. A part has four letters or
    more and is in the vocabulary, or is one of a few short nouns; -s- and -e- may join two parts.
    """
    if not 7 <= len(word) <= LONGEST_COMPOUND:
        return ()
    best = _split(word)
    return best if best is not None and len(best) > 1 else ()


@lru_cache(maxsize=100_000)
def _split(word: str) -> tuple[str, ...] | None:
    candidates: list[tuple[str, ...]] = []
    for cut in range(3, len(word) - 2):
        head = word[:cut]
        if not _is_part(head):
            continue
        for skip in (0, 1):
            tail = word[cut + skip :]
            if (skip and word[cut] not in "se") or len(tail) < 3:
                continue
            rest = (tail,) if _is_part(tail) else _split(tail)
            if rest is not None:
                candidates.append((head, *rest))
    return min(candidates, key=_preference, default=None)


def _preference(parts: tuple[str, ...]) -> tuple[int, int, bool, int]:
    head = parts[0]
    inflected = str(simplemma.lemmatize(head, lang="da")) != head
    return len(parts), -len(parts[-1]), inflected, len(head)


@lru_cache(maxsize=200_000)
def _is_part(word: str) -> bool:
    return word in SHORT_PARTS or (len(word) >= 4 and simplemma.is_known(word, lang="da"))


def four_grams(text: str) -> list[str]:
    """Return the character 4-grams of each word of `text`, folded, with the word's ends marked."""
    found: list[str] = []
    for token in tokens(text):
        if token not in STOP_WORDS:
            padded = f"^{fold(token)}$"
            found += [padded[at : at + 4] for at in range(max(1, len(padded) - 3))]
    return found


def term_id(term: str) -> int:
    """Return the dimension of a term: a stable 32-bit hash."""
    return zlib.crc32(term.encode())


def saturate(counts: Counter[str], length: int, average: float, k1: float = 1.2, b: float = 0.75) -> dict[int, float]:
    """Return the BM25 term weights of a text, the inverse document frequency left to the index.

    `length` and `average` are numbers of terms, of this text and of the mean text (Robertson and Zaragoza 2009).
    """
    norm = k1 * (1 - b + b * length / max(average, 1.0))
    return {term_id(term): count * (k1 + 1) / (count + norm) for term, count in counts.items()}


def query_weights(found: Iterable[str]) -> dict[int, float]:
    """Return the weight of each term of a question: one, however often it is said."""
    return dict.fromkeys((term_id(term) for term in found), 1.0)


def is_english(text: str) -> bool:
    """Tell whether most words are English and not Danish."""
    words = [token for token in TOKEN.findall(text.lower()) if token.isalpha()]
    english = sum(simplemma.is_known(word, lang="en") for word in words)
    danish = sum(simplemma.is_known(word, lang="da") for word in words)
    return len(words) >= 3 and english > danish and english >= 0.7 * len(words)
