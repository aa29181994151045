"""Where a question about metrics cannot be answered, the command that is recommended shows what there is."""

from tests.remedies.conftest import World, remedy


def give_metrics(world: World) -> None:
    world.repo.commit({"dvc.yaml": "metrics: [m.json]\n", "m.json": '{"auc": 0.9, "note": "none"}'})
    world.repo.tag("churn@v1.1.0")


@remedy("--metrics belongs to one artifact: give its name, or see `gtod metrics`")
def test_metrics_of_all_artifacts_in_the_table_of_one(world: World) -> None:
    give_metrics(world)
    assert "0.9" in world.run(world.gtod("show", "--metrics", "auc"), "gtod metrics")


@remedy("`gtod metrics` shows the metrics of all artifacts.")
def test_two_artifacts_are_not_compared(world: World) -> None:
    give_metrics(world)
    world.repo.tag("fraud@v1.0.0")
    said = world.gtod("compare", "churn@v1.1.0", "fraud@v1.0.0")
    assert "fraud" in world.run(said, "gtod metrics")


@remedy("See: `gtod metrics {}`.")
def test_a_plot_of_what_is_no_number(world: World) -> None:
    give_metrics(world)
    said = world.gtod("plot", "churn", "note", "--vega", "note.json")
    assert "0.9" in world.run(said, "gtod metrics churn")


@remedy("`gtod metrics` and `gtod params` show the names that there are.")
def test_a_name_that_no_version_has(world: World) -> None:
    give_metrics(world)
    said = world.gtod("show", "churn@max:acu")
    assert "Did you mean 'auc'?" in str(said)
    assert "auc" in world.run(said, "gtod metrics")
    world.run(said, "gtod params")


@remedy("`gtod metrics` and `gtod params` tell what could not be read, and where such files are named.")
def test_a_name_where_nothing_could_be_read(world: World) -> None:
    world.repo.commit({"dvc.yaml": "metrics: [m.json\n", "m.json": '{"auc": 0.9}'})
    world.repo.tag("churn@v1.1.0")
    said = world.gtod("show", "churn@max:auc")
    assert "The file is not YAML" in world.run(said, "gtod metrics")
    assert "The file is not YAML" in world.run(said, "gtod params")
