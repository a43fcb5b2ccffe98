"""What is remembered during a turn, and only then."""

from threading import Thread

from retrieval.once import once_a_turn, turn


def test_the_same_text_is_worked_out_once_a_turn_and_anew_in_the_next() -> None:
    seen: list[str] = []

    @once_a_turn
    def worked_out(text: str) -> str:
        seen.append(text)
        return text.upper()

    assert [worked_out("uro"), worked_out("uro")] == ["URO", "URO"]
    assert seen == ["uro", "uro"]
    for _ in range(2):
        seen.clear()
        with turn():
            assert [worked_out(text) for text in ("uro", "ro", "uro")] == ["URO", "RO", "URO"]
        assert seen == ["uro", "ro"]


def test_one_thread_remembers_nothing_of_another() -> None:
    seen: list[str] = []
    worked_out = once_a_turn(lambda text: seen.append(text) or len(seen))
    with turn():
        worked_out("uro")
        other = Thread(target=worked_out, args=("uro",))
        other.start()
        other.join()
    assert seen == ["uro", "uro"]
