"""Trying pictures, and a proposal beside the build that serves; what an edit does to the examination."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.console.desk import Desk
from bot.console.reading import PictureDesk
from bot.pictures.lines import Line
from bot.pictures.reader import Pictures
from bot.pictures.text import MAX_BYTES, PictureText
from knowledge.documents.toml import append_case
from tests.bot.console.conftest import ANNA, BEN, OWNER, Browser, Page, csrf, propose
from tests.bot.console.test_pages import CASE, NASTY, PARCEL, elsewhere
from tests.patience import PATIENCE
from tests.picture_makers import page, png

DRONE = "a drone dropped a note that wants coins for the box in the garden"
FEE = "they say my parcel is held and want a fee by a link"


class Reader:
    """Reads the same on every picture, once it may."""

    def __init__(self, *texts: str, codes: tuple[str, ...] = ()) -> None:
        lines = [Line(text, "unknown", row / 10, 0.1, 0.05) for row, text in enumerate(texts)]
        self._read = PictureText(tuple(lines), codes, unreadable_script=True, scaled=True)
        self.may = threading.Event()
        self.may.set()
        self.begun = threading.Event()

    def warm(self) -> None:
        """Be ready."""

    def read(self, data: bytes) -> PictureText:
        assert data
        self.begun.set()
        assert self.may.wait(PATIENCE)
        return self._read


def with_reader(desk: Desk, reader: Reader, most: int = 10) -> Browser:
    return Browser(replace(desk, pictures=PictureDesk(reader, most)), ANNA)


def tried(browser: Browser, content: bytes, **fields: str) -> Page:
    return browser.post("/try", files=[("picture", ("shot.png", content))], **fields)


def ended(browser: Browser, path: str, **fields: str) -> str:
    """Ask a part of a page until nothing more is to come of it."""
    token, pause = csrf(browser.get("/queue")), threading.Event()
    for _ in range(int(PATIENCE / 0.05)):
        if fields:
            part = browser.http.post(path, data={"csrf": token, **fields}, headers={"hx-target": "proposed"}).text
        else:
            part = browser.http.get(path).text
        assert "<html" not in part
        if "<progress" not in part:
            return part
        pause.wait(0.05)
    raise AssertionError(f"{path}: nothing came of it")


# --- pictures


def test_what_stands_on_a_picture_is_shown_and_judged_beside_the_words(desk: Desk) -> None:
    browser = with_reader(desk, Reader(FEE, codes=("https://parcel-fee.example/pay",)))
    shown = tried(browser, b"\x89PNG", text="is this real?").text
    read = shown.partition("Read on the picture")[2]
    assert FEE in read
    assert "https://parcel-fee.example/pay" in read
    assert 'href="https' not in shown
    assert "cannot be read here" in read
    assert "made smaller" in read
    assert "parcel-smish" in shown.partition("What the build makes of it")[2]
    (field,) = re.findall(r"<textarea name=\"text\"[^>]*>([^<]*)</textarea>", shown)
    assert field.split("\n") == ["is this real?", FEE, "https://parcel-fee.example/pay"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 no picture", "cannot read that kind of file"),
        (b"\x1aE\xdf\xa3 a film", "cannot read moving pictures"),
        (b"x" * (MAX_BYTES + 1), "too large"),
        (b"", "cannot read that kind of file"),
    ],
    ids=["no picture", "film", "large", "empty"],
)
def test_what_is_no_picture_is_said_in_one_line(desk: Desk, pictures: Pictures, content: bytes, said: str) -> None:
    browser = Browser(replace(desk, pictures=PictureDesk(pictures)), ANNA)
    shown = tried(browser, content)
    assert said in shown.text
    assert shown.text.count('role="alert"') == 1
    assert "What the build makes of it" not in shown.text


def test_words_beside_an_unreadable_picture_are_judged_all_the_same(desk: Desk, pictures: Pictures) -> None:
    shown = tried(Browser(replace(desk, pictures=PictureDesk(pictures)), ANNA), b"%PDF-1.7", text=CASE).text
    assert "cannot read that kind of file" in shown
    assert "parcel-smish" in shown.partition("What the build makes of it")[2]


def test_no_more_pictures_wait_than_are_soon_read(desk: Desk) -> None:
    reader = Reader(FEE)
    reader.may.clear()
    first, second = with_reader(desk, reader, most=1), Browser(desk, BEN)
    second.http.app.state.desk = first.desk  # type: ignore[attr-defined]
    answers: list[Page] = []
    reading = threading.Thread(target=lambda: answers.append(tried(first, b"\x89PNG")))
    reading.start()
    assert reader.begun.wait(PATIENCE)
    assert "Too many pictures" in tried(second, b"\x89PNG").text
    assert second.get("/week").status_code == 200  # nobody waits for a picture that is read
    reader.may.set()
    reading.join(PATIENCE)
    assert FEE in answers[0].text


def test_without_the_libraries_pictures_are_not_offered_and_that_is_said(desk: Desk, anna: Browser) -> None:
    assert desk.pictures is None
    shown = anna.get("/try").text
    assert "libraries that read them are not installed" in shown
    assert 'type="file"' not in shown
    assert "could not read that picture" in tried(anna, b"\x89PNG").text


@pytest.mark.slow
def test_a_drawn_picture_is_read_by_the_bots_own_reader(desk: Desk, pictures: Pictures) -> None:
    browser = Browser(replace(desk, pictures=PictureDesk(pictures)), ANNA)
    shown = tried(browser, png(page(["The courier holds my parcel until I pay", "a fee by the link"]))).text
    assert "The courier holds my parcel until I pay" in shown.partition("Read on the picture")[2]


def test_nothing_of_a_picture_is_kept_on_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_file(*_: object, **__: object) -> None:
        raise AssertionError("a picture was put on the disk")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", no_file)
    assert FEE in tried(with_reader(desk, Reader(FEE)), b"x" * 5_000_000).text


def test_what_stands_on_a_picture_runs_nowhere(desk: Desk) -> None:
    shown = tried(with_reader(desk, Reader(NASTY, codes=(NASTY, "javascript:alert(1)"))), b"\x89PNG", text=NASTY).text
    assert "<script>" not in shown
    assert "<img" not in shown
    assert "\u202e" not in shown
    assert elsewhere(shown) == []


# --- a proposal beside the build that serves


def test_a_text_is_judged_by_the_build_and_by_a_proposal_beside_it(desk: Desk, anna: Browser) -> None:
    (number,) = propose(desk, OWNER, DRONE)
    assert f'href="/try?proposal={number}"' in anna.get("/queue").text
    offered = anna.get(f"/try?proposal={number}").text
    assert re.search(rf'<option value="{number}" selected>{number} · case · parcel-smish · a drone', offered)
    begun = anna.post("/try", text=DRONE, proposal=number).text
    assert f"With proposal {number}" in begun
    assert DRONE not in begun.partition("Nearest known texts")[2].partition("With proposal")[0]
    part = ended(anna, "/try/proposed", text=DRONE, proposal=str(number))
    near = part.partition("Nearest known texts")[2].partition("</li>")[0]
    assert DRONE in near
    assert "1.00" in near
    assert "What people read" in part
    again = anna.post("/try", text="a drone wants coins", proposal=number).text
    assert "<progress" not in again  # the proposal's build is there now
    assert DRONE in again.partition("With proposal")[2]


def test_a_decided_or_unknown_proposal_is_not_tried(desk: Desk, anna: Browser, ben: Browser) -> None:
    (number,) = propose(desk, OWNER, DRONE)
    ben.press(ben.get("/queue"), "no")
    for given in (str(number), "99", "x", "9" * 30, "1１"):
        assert "With proposal" not in anna.post("/try", text=CASE, proposal=given).text
        part = anna.post("/try/proposed", text=CASE, proposal=given)
        assert "does not wait any more" in part.text


def test_a_proposal_that_no_longer_fits_is_said_with_its_faults(desk: Desk, anna: Browser) -> None:
    (number,) = propose(desk, OWNER, DRONE)
    (same,) = propose(desk, OWNER, DRONE)
    desk.proposals.decide(number, True, BEN, desk.now, is_moderator=lambda _: True)
    anna.post("/try", text=CASE, proposal=same)
    part = ended(anna, "/try/proposed", text=CASE, proposal=str(same))
    assert "could not be worked out" in part
    assert "the same text as cases." in part


@pytest.fixture
def slow(desk: Desk) -> Iterator[threading.Event]:
    """Keep the thread that works at something; it goes on once this is set."""
    may, begun = threading.Event(), threading.Event()

    def wait(_: object) -> None:
        begun.set()
        may.wait(PATIENCE)

    desk.works.ask("before", wait)
    assert begun.wait(PATIENCE)
    yield may
    may.set()


def test_what_takes_seconds_holds_nobody_up(desk: Desk, anna: Browser, ben: Browser, slow: threading.Event) -> None:
    (number,) = propose(desk, OWNER, DRONE)
    assert "It waits for what others asked for" in anna.post("/try", text=CASE, proposal=number).text
    assert ben.get("/queue").status_code == 200
    assert "Nearest known texts" in ben.post("/try", text=CASE).text
    slow.set()
    assert "Nearest known texts" in ended(anna, "/try/proposed", text=CASE, proposal=str(number))


def test_a_part_in_which_nothing_is_new_is_left_as_it_is(desk: Desk, anna: Browser, slow: threading.Event) -> None:
    (number,) = propose(desk, OWNER, DRONE)
    page, part = anna.post("/try", text=CASE, proposal=number), {"hx-target": "proposed"}
    (path,) = re.findall(r'hx-post="(/try/proposed\?seen=[\w-]+)"', page.text)
    fields = {"csrf": csrf(page), "text": CASE, "proposal": str(number)}
    assert anna.http.post(path, data=fields, headers=part).status_code == 204
    assert "It waits" in anna.http.post("/try/proposed?seen=other", data=fields, headers=part).text
    edit = anna.post("/patterns/parcel-smish/effect", document=append_case(PARCEL, "en", DRONE)).text
    (path,) = re.findall(r'hx-get="(/patterns/parcel-smish/effect/\w+\?seen=[\w-]+)"', edit)
    assert anna.http.get(path, headers={"hx-target": "effect"}).status_code == 204


def test_no_more_waits_than_is_soon_worked_out(desk: Desk, anna: Browser, slow: threading.Event) -> None:
    numbers = propose(desk, OWNER, *(f"{DRONE} number {number}" for number in range(8)))
    told = [anna.post("/try", text=CASE, proposal=number).text for number in numbers]
    assert all("It waits for what others asked for" in one for one in told[:7])
    assert "Too much is being worked out" in told[7]
    assert "Too much is being worked out" in anna.post(
        "/patterns/parcel-smish/effect", document=append_case(PARCEL, "en", DRONE)
    ).text  # fmt: skip


# --- the effect of an edit on the examination


def effect(browser: Browser, document: str) -> str:
    asked = browser.post("/patterns/parcel-smish/effect", document=document).text
    found = re.search(r'hx-get="(/patterns/parcel-smish/effect/\w+)[?"]', asked)
    return ended(browser, found[1]) if found else asked


def test_the_effect_of_an_edit_is_a_table_before_anything_is_proposed(desk: Desk, anna: Browser) -> None:
    assert "judges the whole examination" in anna.get("/patterns/parcel-smish").text
    part = effect(anna, append_case(PARCEL, "en", DRONE))
    assert part.count('<th scope="row">') >= 6
    for words in ("Expected pattern first", "Dangerous, called no_match", "Emergencies found", "With the edit"):
        assert words in part
    assert "Situations that are answered otherwise: " in part
    assert desk.proposals.queue() == ()


def test_an_edit_that_spoils_answers_is_told_so(desk: Desk, anna: Browser) -> None:
    everyday = [one.text for one in desk.engine.serving.build().golden if one.kind in ("everyday", "look-alike")]
    document = PARCEL
    for text in everyday:
        document = append_case(document, "en", text)
    part = effect(anna, document)
    assert '<strong class="del">worse</strong>' in part
    assert "it would be held back: would call harmless golden situations a known scam" in part
    assert everyday[0][:40] in part


def test_faults_and_what_is_gone_are_said(anna: Browser) -> None:
    assert "so there is no effect to find out" in effect(anna, PARCEL)
    faulty = anna.post("/patterns/parcel-smish/effect", document="id = ").text
    assert "so there is no effect to find out" in faulty
    assert "Faults: " in faulty
    assert "no longer kept" in anna.get("/patterns/parcel-smish/effect/0123").text


def test_both_are_there_in_chinese_for_moderators_alone(desk: Desk, anna: Browser) -> None:
    stranger = Browser(desk)
    assert stranger.http.post("/try/proposed", data={}).status_code == 401
    assert stranger.http.post("/patterns/parcel-smish/effect", data={}).status_code == 401
    assert stranger.get("/patterns/parcel-smish/effect/0").status_code == 401
    (number,) = propose(desk, OWNER, DRONE)
    anna.post("/choose", language="zh")
    shown = anna.post("/try", text=CASE, proposal=number).text
    assert f"加上提案 {number}" in shown
    assert not re.search(r"<script>|\sstyle=|\son[a-z]+=", shown)
    assert "首选正确" in effect(anna, append_case(PARCEL, "en", DRONE))
