from model.article import Article
from model.neighbours import Copies, related
from model.stories import batch, features
from model.stories.engine import Stems
from tests.model.stories import texts


def stems(text: str, title: str = "") -> Stems:
    return features.stems(Article(title=title, text=text))


LONG = " ".join(text for story in texts.STORIES for _, text in story)


def test_light_edits_are_copies_and_new_reports_are_not() -> None:
    copies: Copies[str] = Copies()
    assert copies.add("a", stems(LONG)) == "a"
    assert copies.add("b", stems(LONG.upper().replace(".", " –"))) == "a"
    assert copies.add("c", stems("By our staff. " + LONG[: len(LONG) * 2 // 3])) == "a"
    assert copies.add("d", stems(texts.DAM[1][1])) == "a"  # a part of a text is one of its copies
    assert copies.add("e", stems("The museum of Lower Farrow reopens with a show of glass from four centuries.")) == "e"


def test_what_every_page_of_a_site_says_makes_no_copies() -> None:
    site = "Our reporters work day and night so that nothing important escapes readers near Farrow harbour."
    copies: Copies[int] = Copies()
    found = [copies.add(n, stems(f"{site} {' '.join(f'w{n}x{k}' for k in range(30))}")) for n in range(120)]
    assert found == list(range(120))


def test_a_forgotten_original_has_no_copies() -> None:
    copies: Copies[int] = Copies()
    copies.add(1, stems(LONG))
    copies.forget(1)
    copies.forget(1)
    assert copies.add(2, stems(LONG)) == 2


def test_texts_without_words_are_no_copies_of_each_other() -> None:
    copies: Copies[int] = Copies()
    assert [copies.add(n, stems("")) for n in range(3)] == [0, 1, 2]


def test_related_are_the_same_story_first_never_copies_and_nothing_far() -> None:
    vectors = batch.cluster(texts.articles()).vectors
    others = [(n, vector, n % 3 == 0, True) for n, vector in enumerate(vectors)]
    found = related(vectors[0], others, copies=[0, 6])
    assert found[0] == 3
    assert 6 not in found
    assert related(vectors[0], others, copies=[0], limit=1) == found[:1] or len(found) == 1
