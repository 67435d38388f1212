"""The page of systems says what the results say, and what it names is there."""

import re
from importlib.util import find_spec

import pytest

from docs.imports import ROOT
from docs.systems import LESSONS, PAGE, RESULTS, STORY, Reached, System, page, results
from examples.outcome import Outcome
from tests.cases import each

named = each("system", STORY, ids=lambda system: system.title)


def test_the_page_is_what_the_results_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "write it anew: python -m docs.systems"


@named
def test_what_a_system_names_is_there(system: System) -> None:
    for path in system.code:
        assert (ROOT / path).is_file(), path
    assert find_spec(re.search(r"-m (\S+)", system.command)[1]) is not None
    if system.picture:
        assert (RESULTS / system.picture).is_file(), system.picture


def test_every_folder_of_results_is_on_the_page() -> None:
    told = {reached.folder for system in STORY for reached in system.reached}
    told |= set(re.findall(r"examples/results/(\w+)/", LESSONS))
    assert told == {path.name for path in RESULTS.iterdir()}


@each("folder", sorted(path.name for path in RESULTS.iterdir()))
def test_results_are_of_three_seeds_and_whole_runs(folder: str) -> None:
    outcome = Outcome.load(RESULTS / folder)
    models_a_kind = outcome.config.get("models", 1)  # of seeds of their own
    assert len(outcome.seeds) * models_a_kind >= 3 or folder == "worked_numbers"  # where little is random
    assert "--steps" not in outcome.command
    assert outcome.command.endswith(f"--out examples/results/{folder}")


def test_what_is_not_reached_is_said() -> None:
    for system in STORY:
        for reached in system.reached:
            for one, line in zip(reached.measures(), results(reached)[2:], strict=True):
                assert ("not reached" in line) is (one.holds is False)


def test_measures_that_are_not_there_are_an_error() -> None:
    with pytest.raises(LookupError, match="measures nothing of 'BERT'"):
        Reached("tiny_gpt", "BERT").measures()
