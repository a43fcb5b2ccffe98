import unicodedata
from math import isnan

from evals.metrics.masking import LEAKS, MASKING_RECALL, OVER_MASKING
from tests.evals.metrics.made import hit, item, result

PERSONAL = item(mask=("Zackaria", "Lærke Østby"), keep=("2. klasse", "maj"))


def test_recall_is_the_share_of_substrings_gone() -> None:
    assert MASKING_RECALL.score(PERSONAL, result(masked_query="[navn] og Lærke Østby, 2. klasse")) == 1 / 2


def test_decomposed_letters_hide_nothing() -> None:
    shown = unicodedata.normalize("NFD", "Lærke Østby")
    assert MASKING_RECALL.score(item(mask=("Østby",)), result(masked_query=shown)) == 0


def test_case_is_as_written() -> None:
    assert MASKING_RECALL.score(item(mask=("Storm",)), result(masked_query="[navn] i storm")) == 1


def test_over_masking_is_the_share_of_kept_words_gone() -> None:
    assert OVER_MASKING.score(PERSONAL, result(masked_query="[navn] i 2. klasse i [navn]")) == 1 / 2


def test_a_name_anywhere_in_the_result_is_a_leak() -> None:
    assert LEAKS.score(PERSONAL, result(masked_query="[navn]")) == 1
    assert LEAKS.score(PERSONAL, result(masked_query="[navn]", text="Hej Zackaria")) == 1 / 2
    assert LEAKS.score(PERSONAL, result(masked_query="[navn]", hits=[hit("Om Zackaria og Lærke Østby")])) == 0


def test_a_name_of_the_documents_may_be_quoted() -> None:
    known = item(mask=("Esbjerg",))
    assert LEAKS.score(known, result(masked_query="[navn]", text="Esbjerg Kommune")) == 1
    assert LEAKS.score(known, result(masked_query="Esbjerg")) == 0


def test_ids_and_figures_are_no_leaks() -> None:
    found = result(id="310215", hits=[hit("Andet", passage="kl-310215")], timings_ms={"total": 310215.0})
    assert LEAKS.score(item(mask=("310215",)), found) == 1


def test_is_undefined_without_marked_substrings() -> None:
    assert isnan(MASKING_RECALL.score(item(), result()))
    assert isnan(OVER_MASKING.score(item(), result()))
    assert isnan(LEAKS.score(item(), result()))
