"""A fleet whose remotes were not looked at, or cannot be: what is said has them looked at."""

from tests.remedies.conftest import World, remedy


@remedy("To look at it now, and see what hinders it: commands.fetch_fleet.", "Make it yours alone: `chmod 600 {}`.")
def test_a_remote_that_was_not_looked_at(world: World) -> None:
    configuration = world.tmp / "config/gtod"
    configuration.mkdir(parents=True)
    world.env |= {"XDG_CONFIG_HOME": str(world.tmp / "config"), "XDG_CACHE_HOME": str(world.tmp / "cache")}
    variables = configuration / "variables"
    variables.touch(mode=0o644)
    file = configuration / "fleet.yaml"
    file.write_text(f"env_file: variables\nrepositories:\n- url: file://{world.remote()}\n")
    refused = world.run(world.gtod("fleet", "show"), "gtod fleet fetch", fails=True)
    world.run(refused, "chmod")
    world.run(world.gtod("fleet", "show"), "gtod fleet fetch")
    assert "churn" in world.gtod("fleet", "show")
