from app.message import LONGEST_QUERY
from app.texts import LANGUAGES, texts


def test_every_language_has_every_text() -> None:
    wanted = {(section, name) for section, names in texts("da").items() for name in names}
    for language in LANGUAGES:
        found = {(section, name): text for section, names in texts(language).items() for name, text in names.items()}
        assert set(found) == wanted
        assert all(text.strip() for text in found.values())


def test_texts_tell_how_much_a_message_may_hold() -> None:
    for language, limit in (("da", f"{LONGEST_QUERY:,}".replace(",", ".")), ("en", f"{LONGEST_QUERY:,}")):
        words = texts(language)
        assert limit in words["problem"]["QueryTooLong"]
        assert limit in words["screen"]["over"]


def test_no_text_shouts() -> None:
    for language in LANGUAGES:
        assert not [text for names in texts(language).values() for text in names.values() if "!" in text]


def test_our_own_words_claim_no_proven_effect() -> None:
    forbidden = ("evidensbaseret", "virker", "dokumenteret effekt")
    for names in texts("da").values():
        for text in names.values():
            assert not any(word in text.lower() for word in forbidden)


def test_an_unknown_language_falls_back_to_danish() -> None:
    assert texts("fr") == texts("da")
