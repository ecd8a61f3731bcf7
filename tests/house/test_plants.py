"""The guards themselves are guarded: of each contract and each test of the house, a planted violation is found."""

import shutil
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.house.plants import nursery

pytestmark = pytest.mark.guards


def test_every_plant_is_found_by_its_checker_and_nothing_else_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = nursery.everything(tmp_path)
    shutil.rmtree(tmp_path)  # four copies of everything: nobody wants to keep them
    planted = [outcome for outcome in outcomes if outcome.plant is not None]
    lines = [
        f"{'found ' if outcome.right else 'MISSED'}  {outcome.plant.name}  ({outcome.checker})"
        for outcome in planted
        if outcome.plant is not None
    ]
    print("\n".join(lines))
    with capsys.disabled():
        found = sum(outcome.right for outcome in planted)
        print(f"\nplants {len(planted)}, found {found}, checkers without a plant {len(outcomes) - len(planted)}")
    wrong = [
        f"{outcome.plant and outcome.plant.name} ({outcome.checker}):\n{outcome.said[-1500:]}"
        for outcome in outcomes
        if not outcome.right
    ]
    assert not wrong, "\n\n".join(wrong)
    assert len(planted) == len(nursery.PLANTS)


# No fault is planted for these yet, or not one that is found each time: this list only shrinks.
WITHOUT_A_PLANT = {
    f"tests/house/test_{name}.py"
    for name in ("bombs", "dangerous", "mail_and_paper", "sinks", "stateful", "written_down")
}


def test_every_contract_and_every_test_file_of_the_house_has_a_plant() -> None:
    checkers = {plant.checker.partition("::")[0] for plant in nursery.PLANTS}
    files = {path.as_posix() for path in Path("tests/house").glob("test_*.py")} - {"tests/house/test_plants.py"}
    assert (files | set(nursery.contracts()) | {"mypy", "ruff"}) - checkers == WITHOUT_A_PLANT
    for test in {plant.checker for plant in nursery.PLANTS if "::" in plant.checker}:
        path, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}(" in Path(path).read_text(encoding="utf-8"), f"{test} is called otherwise"
    for second in (False, True):
        asked = Counter(plant.checker for plant in nursery.PLANTS if plant.second is second and "::" in plant.checker)
        assert set(asked.values()) == {1}, "a test has one plant in a round"


def test_contracts_name_every_domain_room_and_table() -> None:
    """A list that is kept by hand in a contract is complete, or what is new would stand outside it."""
    with Path("pyproject.toml").open("rb") as file:
        config = tomllib.load(file)["tool"]["importlinter"]
    by_name = {contract["name"]: contract for contract in config["contracts"]}
    domains = {f"service.{path.parent.name}" for path in Path("service").glob("*/queries.py")} | {
        "service.notifications"
    }
    tables = {f"service.{path.parent.name}.models" for path in Path("service").glob("*/models.py")}
    rooms = {f"service.web.{path.parent.name}" for path in Path("service/web").glob("*/__init__.py")}
    rooms -= {"service.web.signing_in"}  # the front door, not a room: one's own account leads through it again
    assert set(by_name["Inside a domain: operations over queries over models"]["containers"]) == domains
    assert set(by_name["Only the faces, the ground and the root speak Flask"]["source_modules"]) >= domains
    assert set(by_name["Faces reach tables through queries and operations"]["forbidden_modules"]) == tables
    assert set(by_name["The web's rooms do not lean on one another"]["modules"]) == rooms
