"""Every code of the bank directory has words, in English and bokmål, and none is idle."""

import gettext
from pathlib import Path
from typing import get_args

import pytest

import avstem
from avstem.banks.bank import Channel, Fee, Freshness
from avstem.banks.order_guide import OrderGuide, WayKind, all_guides
from avstem.wording import banks as words

BOKMAAL = gettext.translation("django", Path(avstem.__file__).parent / "locale", ["nb"])
# Names, and words that are the same in both.
SAME = ("SFTP", "PSD2", "Corporate Access")
TABLES = {**words._TABLES, "fee": words.FEES}


def test_each_code_of_the_data_has_words_and_no_word_is_idle() -> None:
    ways = [way for guide in all_guides() for way in guide.ways]
    assert set(words.CHANNELS) == set(get_args(Channel))
    assert set(words.CHANNELS_SHORT) == set(words.CHANNELS)
    assert set(words.FRESHNESS) == set(get_args(Freshness))
    assert set(words.WAYS) == set(get_args(WayKind))
    assert set(words.WHEN) == {way.when for way in ways} | {""}
    assert set(words.STEPS) == {step for way in ways for step in way.steps}
    assert set(words.BOXES) == {box for guide in all_guides() for box in guide.boxes}
    assert set(words.SIGNERS) == {who for guide in all_guides() for who in guide.signers}
    assert set(words.NOTES) == {note for guide in all_guides() for note in guide.notes}


@pytest.mark.parametrize("kind", TABLES)
def test_every_word_is_there_in_bokmaal(kind: str) -> None:
    texts = [text for text in TABLES[kind].values() if text and text not in SAME]
    assert [text for text in texts if BOKMAAL.gettext(text) == text] == []


@pytest.mark.parametrize("guide", all_guides(), ids=lambda guide: guide.slug)
def test_a_guide_has_steps_and_asks_for_statements_and_says_who_signs(guide: OrderGuide) -> None:
    assert guide.ways
    assert guide.boxes
    assert guide.signers
    for way in guide.ways:
        assert way.kind in get_args(WayKind)
        assert way.steps[-1] == "confirm_here"
        assert len(set(way.steps)) == len(way.steps)
    # Without a box for statements none come: the commonest mistake of all.
    assert "statements come" in words.BOXES[guide.boxes[0]]
    for span in filter(None, (guide.days, guide.first_statement_days)):
        assert 0 <= span[0] <= span[1] <= 30


def test_what_a_bank_takes_is_said_and_not_known_is_never_said_as_nothing() -> None:
    assert words.fee_text(Fee(15000)) == "150,00 NOK a month, as the bank has published"
    assert words.fee_text(Fee()) == "Not known; the bank may charge for it. Ask."
    assert words.fee_text(Fee(), may_cost=True) == "The bank charges for it. Ask how much."
