"""The same play, with hypothesis at the hand: a fault it finds comes back as few steps as it takes.

Each example is a company of its own, rolled back at its end.
"""

import tempfile
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.db import transaction as database
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from .test_any_order import MORE, Play

pytestmark = [pytest.mark.django_db, pytest.mark.database]

EXAMPLES, STEPS = (MORE or 8, 20) if connection.vendor == "sqlite" else (MORE or 3, 12)
WAYS = sorted({way.__name__ for way in Play.ways(Play.__new__(Play))})


class AnyOrder(RuleBasedStateMachine):
    """Whatever is done in whatever order; each way with chances that hypothesis chooses."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.books = database.atomic()
        self.books.__enter__()
        self.play = Play(Path(self.folder.name), Random(0))

    @rule(way=st.sampled_from(WAYS), random=st.randoms(use_true_random=False))
    def step(self, way: str, random: Random) -> None:
        self.play.random = random
        self.play.do(getattr(self.play, way))

    @invariant()
    def the_books_agree(self) -> None:
        assert self.play.disagreements() == []

    def teardown(self) -> None:
        database.set_rollback(True)
        self.books.__exit__(None, None, None)
        self.folder.cleanup()


def test_the_books_agree_whatever_hypothesis_does() -> None:
    bounds: dict[str, Any] = {
        "max_examples": EXAMPLES,
        "stateful_step_count": STEPS,
        "deadline": None,
        "derandomize": True,
        "suppress_health_check": list(HealthCheck),
    }
    run_state_machine_as_test(AnyOrder, settings=settings(**bounds))
