"""The metrics, the rules and the dashboard, read by Prometheus itself."""

import json
import re
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.faults.processes import Child, board, child
from tests.forked import free_port
from tests.sample import row
from tests.ui.pseudo_terminal import Terminal
from tests.unit.hub.scraped import scrape
from tests.unit.model_env import World
from wallboard.hub.metrics.text import name_of
from wallboard.model.data.catalogue import METRICS, TIME_IN_TARGET
from wallboard.model.data.metric import Group, Kind
from wallboard.model.data.reading import FeedId
from wallboard.model.events import Discovered, FeedInfo

HERE, DEPLOY = Path(__file__).parent, Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus-rules.yml"
DASHBOARD = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(
    not (shutil.which("prometheus") and shutil.which("promtool")),
    reason="Prometheus is not installed: apt-get install prometheus",
)


def promtool(*arguments: str, text: str = "") -> str:
    """Run promtool and return what it says; it must be content."""
    done = subprocess.run(
        ["promtool", *arguments],
        input=text, capture_output=True, text=True, cwd=HERE, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


# Without a server.


async def test_every_metric_that_can_be_chosen_is_as_prometheus_wants_it() -> None:
    world = World()
    async with scrape(world, tuple(METRICS)) as told:
        infos = tuple(FeedInfo(FeedId("p", kind), "P") for kind in (Kind.LIVE, Kind.TODAY))
        await told.step(Discovered(infos, 10.0))
        day: dict[str, Any] = {
            name: 3 for name, metric in METRICS.items() if metric.group is Group.TODAY
        }
        now: dict[str, Any] = {name: 3 for name in METRICS if name not in day}
        await told.poll(row('Sales "1"\\\n{}', **now))
        await told.poll(row('Sales "1"\\\n{}', **now), after=10)
        await told.poll(row('Sales "1"\\\n{}', **day), kind=Kind.TODAY)
        text = told.text()
    missing = {name for name in METRICS if f"\n{name_of(METRICS[name])}{{" not in text}
    assert missing <= {TIME_IN_TARGET}, "which takes the board's own polls"
    assert promtool("check", "metrics", text=text) == ""


def test_the_rules_can_be_loaded_and_tell_what_they_should() -> None:
    assert "SUCCESS: 17 rules found" in promtool("check", "rules", str(RULES))
    assert "SUCCESS" in promtool("test", "rules", "prometheus-rules-test.yml")


# A board over a simulator, and a Prometheus that asks it.


@dataclass(frozen=True)
class Chain:
    """``url``: of Prometheus' API."""

    simulator: Child
    terminal: Terminal
    url: str

    def ask(self, path: str, **query: str) -> Any:
        """Return the data of an answer of Prometheus; the board's terminal is read meanwhile."""
        self.terminal.read(0.05)
        url = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - loopback
            document = json.load(answer)
        assert document["status"] == "success"
        return document["data"]

    def values(self, query: str) -> list[float]:
        """Return the values that a query gives now."""
        return [float(one["value"][1]) for one in self.ask("query", query=query)["result"]]

    def groups(self) -> list[list[dict[str, Any]]]:
        """Return the rules as Prometheus has them, by group."""
        return [group["rules"] for group in self.ask("rules")["groups"]]

    def until(self, holds: Callable[[], bool], what: str, patience: float = 120.0) -> None:
        """Wait for something, reading the board's terminal."""
        end = time.monotonic() + patience
        while not holds():
            assert time.monotonic() < end, f"never: {what}\n{self.terminal.text}"
            self.terminal.read(0.2)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    folder = tmp_path_factory.mktemp("chain")
    at, asked = free_port(), free_port()
    told = {"WALLBOARD_METRICS__LISTEN": f"127.0.0.1:{at}"}
    with child() as simulator, board(folder, {**simulator.environ, **told}) as terminal:
        terminal.wait_for("LIVE")
        with prometheus(folder, at, asked):
            run = Chain(simulator, terminal, f"http://127.0.0.1:{asked}")
            run.until(lambda: is_ready(run), "Prometheus is ready")
            run.until(lambda: run.values("wallboard_queue_level") != [], "it knows the queues")
            yield run


@contextmanager
def prometheus(folder: Path, at: int, asked: int) -> Iterator[None]:
    """Run Prometheus over the metrics on port ``at``; it is asked on another."""
    config = folder / "prometheus.yml"
    every = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    job = {"job_name": "wallboard", "static_configs": [{"targets": [f"127.0.0.1:{at}"]}]}
    config.write_text(
        json.dumps({"global": every, "rule_files": [str(RULES)], "scrape_configs": [job]})
    )
    command = [
        "prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{asked}", "--log.level=warn",
    ]  # fmt: skip
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def is_ready(run: Chain) -> bool:
    try:
        return bool(run.values("up"))
    except OSError:
        return False


def test_the_dashboards_queries_have_an_answer(chain: Chain) -> None:
    queries = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    assert len(queries) > 15
    for query in queries:
        # What is drawn only while something fails is asked without that.
        plain = re.sub(r" > 0$", "", query).replace("$__rate_interval", "10s")
        plain = re.sub(r"\$(pbx|site|queue)\b", ".*", plain)
        assert "$" not in plain
        chain.until(lambda plain=plain: chain.values(plain) != [], f"an answer to {plain}")  # type: ignore[misc]


def test_what_can_be_chosen_on_the_dashboard_is_there(chain: Chain) -> None:
    chosen = [one for one in DASHBOARD["templating"]["list"] if one["type"] == "query"]
    assert [one["name"] for one in chosen] == ["pbx", "site", "queue"]
    for one in chosen:
        series, label = re.fullmatch(r"label_values\((.*), (\w+)\)", one["query"]["query"]).groups()  # type: ignore[union-attr]
        plain = re.sub(r"\$(pbx|site)\b", ".*", series)
        assert label == one["name"]
        path, query = f"label/{label}/values", {"match[]": plain}
        chain.until(lambda path=path, query=query: chain.ask(path, **query), path)  # type: ignore[misc]


def test_prometheus_takes_the_page_whole_and_every_rule_is_well(chain: Chain) -> None:
    # One question of each second may come too late on a machine that is busy.
    chain.until(lambda: targets(chain) == [("up", "")], "the page is taken")
    queues = "count by (pbx) (wallboard_queue_level)"
    chain.until(lambda: len(set(chain.values(queues))) == 2, "the queues of both PBXes")
    chain.until(lambda: chain.values("wallboard_sign_ins_total") == [1], "one sign-in")

    chain.until(
        lambda: {rule["health"] for group in chain.groups() for rule in group} == {"ok"},
        "every rule was tried",
    )
    rules = [rule for group in chain.groups() for rule in group]
    assert len(rules) == 17
    for rule in rules:
        if rule["type"] == "recording":
            chain.until(lambda rule=rule: chain.values(rule["name"]) != [], rule["name"])  # type: ignore[misc]


def targets(run: Chain) -> list[tuple[str, str]]:
    """How Prometheus fares with each page that it asks for, and what went wrong last."""
    return [(one["health"], one["lastError"]) for one in run.ask("targets")["activeTargets"]]


def test_each_alert_is_tried_by_promtool(chain: Chain) -> None:
    tried = set(re.findall(r"alertname: (\w+)", (HERE / "prometheus-rules-test.yml").read_text()))
    rules = [rule for group in chain.groups() for rule in group]
    assert tried == {rule["name"] for rule in rules if rule["type"] == "alerting"}


def test_every_rule_on_values_stands_beside_one_that_tells_when_there_are_none(
    chain: Chain,
) -> None:
    kinds = set()
    for group in chain.groups():
        text = "\n".join(rule["query"] for rule in group)
        of_values = set(re.findall(r"wallboard_queue_(?:(today)_)?", text))
        assert len(of_values) < 2, "values of two feeds stand in groups of their own"
        for today in of_values:
            kinds.add(today or "live")
            assert f'wallboard_feed_live{{kind="{today or "live"}"}} == 0' in text
    assert kinds == {"live", "today"}


def test_while_the_api_is_down_nothing_is_frozen_and_an_alert_is_on_its_way(chain: Chain) -> None:
    live = 'wallboard_feed_live{kind="live"}'
    chain.until(lambda: set(chain.values(live)) == {1}, "it is LIVE")
    chain.simulator.faults("realtime:503-html", "queue-metrics:503-html")
    try:
        chain.until(lambda: set(chain.values(live)) == {0}, "it is not LIVE")
        chain.until(lambda: not chain.values("wallboard_queue_waiting_calls"), "they are absent")
        chain.until(
            lambda: chain.values('ALERTS{alertname="WallboardNotLive"}') == [1, 1], "an alert"
        )
        failures = 'wallboard_poll_failures_total{reason="server"}'
        chain.until(lambda: any(chain.values(failures)), "failures are counted")
    finally:
        chain.simulator.faults()
    chain.until(lambda: chain.values("wallboard_queue_waiting_calls") != [], "they are back")
