import threading

from bot.console.works import Works

PATIENCE = 60.0


def test_what_a_page_was_given_does_not_change_under_it() -> None:
    may, pause = threading.Event(), threading.Event()
    works = Works[bool]()
    with works:
        begun = works.ask("one", lambda _: may.wait(PATIENCE))
        waiting = works.of("one")
        may.set()
        for _ in range(int(PATIENCE / 0.01)):
            if (ended := works.of("one")) and ended.ended:
                break
            pause.wait(0.01)
    assert waiting is not None
    assert not begun.ended
    assert not waiting.ended
    assert ended is not None
    assert ended.found == [True]
