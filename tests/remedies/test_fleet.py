"""Messages about a fleet's file."""

from tests.remedies.conftest import World, remedy


@remedy("names no repositories. Add some: `gtod fleet add PATH`")
def test_a_fleet_of_nothing(world: World) -> None:
    world.env["XDG_CONFIG_HOME"] = str(world.tmp / "config")
    assert "`gtod fleet add PATH`" in world.gtod("fleet", "list")
    world.sh("gtod fleet add .")
    assert "churn" in world.gtod("fleet", "show")


@remedy("See `gtod fleet list`, and give the path, URL or name as the file has it.")
def test_an_entry_that_is_not_there(world: World) -> None:
    world.env["XDG_CONFIG_HOME"] = str(world.tmp / "config")
    world.sh("gtod fleet add . --name mine")
    assert "mine" in world.run(world.gtod("fleet", "remove", "other"), "gtod fleet list")
