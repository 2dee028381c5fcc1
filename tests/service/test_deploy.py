"""What stands in deploy/ fits what the service says."""

import json
import re

from tests.conftest import ROOT

METRICS = re.compile(r'"(topicdesk_\w+)"')


def test_the_dashboard_asks_for_metrics_that_are_there() -> None:
    board = json.loads((ROOT / "deploy" / "grafana.json").read_text())
    asked = {name for panel in board["panels"] for name in re.findall(r"topicdesk_\w+", panel["targets"][0]["expr"])}
    handlers = ROOT / "service" / "handlers"
    there = {name for file in handlers.glob("*metrics.py") for name in METRICS.findall(file.read_text())}
    assert asked
    assert asked <= there


def test_the_unit_and_the_container_run_commands_that_are_there() -> None:
    for name in ("topicdesk.service", "Containerfile"):
        text = (ROOT / "deploy" / name).read_text()
        assert "topicdesk serve" in text
    assert "--require-hashes" in (ROOT / "deploy" / "Containerfile").read_text()
