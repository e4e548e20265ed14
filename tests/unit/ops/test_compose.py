"""docker-compose.yml: valid by the Compose specification, and all that it names exists."""

from __future__ import annotations

import json
import re
import subprocess
import xml.etree.ElementTree as ET
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for  # type: ignore[import-untyped]

import deploy.local.settings
from schemas.settings import ClickHouseSettings, GatewaySettings
from streams.runtime.producer import MAX_REQUEST_BYTES
from tests.support.env_settings import names
from tests.support.images import environment, stages
from tests.support.locks import EMBEDDED, PROCESS_MODULES, ROOT

COMPOSE = ROOT / "docker-compose.yml"
FOLDER = ROOT / "deploy" / "compose"

SCHEMA = "check_jsonschema/builtin_schemas/vendor/compose-spec.json"

SECRETS = ("PASSWORD", "SECRET", "API_KEY")
OPTIONAL = {f"VIVA_{each}_API_KEY" for each in ("QUESTIONS", "ASSESSMENT", "EMBEDDING")}
"""Of servers that an operator may name: not every one wants a key."""

NOT_OURS = {"VIVA_CLICKHOUSE_WRITER_PASSWORD", "VIVA_CLICKHOUSE_READER_PASSWORD"}
"""Read by ClickHouse's users.xml and Grafana's data source, not by a process of ours."""


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return loaded


SERVICES: dict[str, dict[str, Any]] = compose()["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}


def variables() -> dict[str, set[str]]:
    """Return every ``${NAME...}`` of the file and how it is written after the name."""
    found: dict[str, set[str]] = {}
    for name, rest in re.findall(r"\$\{(\w+)([^}]*)\}", COMPOSE.read_text(encoding="utf-8")):
        found.setdefault(name, set()).add(rest)
    return found


def example_variables() -> set[str]:
    text = (FOLDER / "example.env").read_text(encoding="utf-8")
    return set(re.findall(r"^(\w+)=", text, re.MULTILINE))


def mounts() -> list[str]:
    """Return the host side of every mount of a file or folder."""
    return [
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if volume.startswith(".")
    ]


def faults(candidate: dict[str, Any]) -> list[str]:
    """Return what the specification's own schema, which check-jsonschema carries, objects to."""
    # By path: importing the package would bring in its command line, which we have no use for.
    vendored = Path(str(distribution("check-jsonschema").locate_file(SCHEMA)))
    schema = json.loads(vendored.read_text(encoding="utf-8"))
    validator = validator_for(schema)
    validator.check_schema(schema)
    return [
        f"{'.'.join(map(str, error.path))}: {error.message}"
        for error in validator(schema).iter_errors(candidate)
    ]


def test_file_is_valid_by_the_compose_specification() -> None:
    assert faults(compose()) == []


def test_the_specification_finds_faults() -> None:
    broken = compose()
    broken["services"]["kafka"]["imagee"] = "a"
    broken["services"]["sink"]["restart"] = 7
    assert len(faults(broken)) == 2


def test_every_part_is_there() -> None:
    processes = set(PROCESS_MODULES) - EMBEDDED
    assert set(OURS) == processes | {"prepare", "models"}
    assert set(SERVICES) - set(OURS) == {"kafka", "clickhouse", "prometheus", "grafana"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_build_names_a_dockerfile_and_a_target_that_exist(name: str) -> None:
    build = OURS[name]["build"]
    assert (ROOT / build["context"] / build["dockerfile"]).is_file()
    assert build["target"] == name
    assert build["target"] in stages()
    arguments = (ROOT / build["dockerfile"]).read_text(encoding="utf-8")
    for argument in build["args"]:
        assert f"ARG {argument}" in arguments


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_setting_exists(name: str) -> None:
    known = names()
    given = OURS[name].get("environment", {})
    assert set(given) <= known, f"{name}: unknown settings {set(given) - known}"
    assert all(isinstance(value, str) for value in given.values())


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_images_have_a_fixed_version(name: str) -> None:
    image = SERVICES[name].get("image")
    if image is not None:
        assert re.fullmatch(r"[a-z-]+/[a-z-]+:v?\d+\.\d+(\.\d+)?", image)


def test_mounted_files_exist_and_are_tracked() -> None:
    assert mounts()
    for path in mounts():
        assert (ROOT / path).exists(), path
        tracked = subprocess.run(
            ["git", "ls-files", "--", path], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert tracked.stdout.strip(), f"{path} is not in the repository"


def test_mounted_configuration_is_complete() -> None:
    mounted = [(ROOT / path).resolve() for path in mounts()]
    kept = {"__init__.py", "prepare.py", "healthcheck.py", "example.env"}
    for path in FOLDER.rglob("*"):
        if path.is_file() and path.name not in kept and "__pycache__" not in path.parts:
            assert any(path == each or each in path.parents for each in mounted), path


def test_named_volumes_are_declared_and_used() -> None:
    used = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert used == set(compose()["volumes"])


def test_no_secret_is_committed_and_each_is_required() -> None:
    for name, written in variables().items():
        if name in OPTIONAL:
            assert written == {":-"}, f"{name} must be empty unless it is given"
        elif any(word in name for word in SECRETS):
            assert all(rest.startswith(":?") for rest in written), f"{name} must be required"
    for service in SERVICES.values():
        for key, value in service.get("environment", {}).items():
            if any(word in key for word in SECRETS):
                assert value.startswith("${"), f"{key} is written out"
    ignored = subprocess.run(["git", "check-ignore", "-q", ".env"], cwd=ROOT, check=False)
    assert ignored.returncode == 0


def test_example_lists_what_is_required_and_leaves_it_empty() -> None:
    required = {name for name, rest in variables().items() if any(":?" in each for each in rest)}
    assert required <= example_variables()
    assert example_variables() <= set(variables())
    text = (FOLDER / "example.env").read_text(encoding="utf-8")
    assert re.findall(r"^\w+=\S", text, re.MULTILINE) == []


def test_optional_variables_are_settings() -> None:
    known = names(deploy.local.settings) | NOT_OURS | {"VIVA_KAFKA_CLUSTER_ID"}
    assert {name for name in variables() if name.startswith("VIVA_")} <= known


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_whatever_is_waited_for_says_when_it_is_healthy(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        if how["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        else:
            assert how["condition"] == "service_completed_successfully"
            assert SERVICES[other]["restart"].startswith("on-failure")


@pytest.mark.parametrize("name", sorted(set(OURS) - {"models", "prepare"}))
def test_process_starts_after_topics_and_tables_are_there(name: str) -> None:
    assert "prepare" in SERVICES[name]["depends_on"]


@pytest.mark.parametrize("name", ["vision", "stt"])
def test_process_with_a_model_has_the_volume_and_waits_for_it(name: str) -> None:
    assert "models:/models:ro" in SERVICES[name]["volumes"]
    assert "models" in SERVICES[name]["depends_on"]
    assert environment(name)["VIVA_MODELS_DIR"] == "/models"


def test_only_the_sink_and_the_migrations_may_write() -> None:
    writers = {
        name
        for name, service in OURS.items()
        if service.get("environment", {}).get("VIVA_CLICKHOUSE_USER") == "viva_writer"
    }
    assert writers == {"sink", "prepare"}


def test_data_stores_are_not_reachable_from_other_machines() -> None:
    for name in ("kafka", "clickhouse", "prometheus"):
        assert all(port.startswith("127.0.0.1:") for port in SERVICES[name]["ports"])


def filled(text: str) -> str:
    """Return ``text`` with every variable's default in its place."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def test_gateway_publishes_the_udp_ports_it_binds_and_announces_an_address() -> None:
    given = OURS["gateway"]["environment"]
    assert "network_mode" not in OURS["gateway"]
    assert set(given["VIVA_GATEWAY_ANNOUNCED_ADDRESS"].partition(":?")[1:2]) == {":?"}
    page, media = OURS["gateway"]["ports"]
    assert page == f"{given['VIVA_GATEWAY_PORT']}:{given['VIVA_GATEWAY_PORT']}"
    ports = filled(given["VIVA_GATEWAY_UDP_PORTS"])
    assert filled(media) == f"{ports}:{ports}/udp", "the same numbers outside as inside"
    settings = GatewaySettings(
        udp_ports=ports,
        capacity=int(filled(given["VIVA_GATEWAY_CAPACITY"])),
        announced_address="203.0.113.7",
    )
    assert len(settings.ports) >= 4 * settings.capacity, "room for a larger capacity"


def test_gateway_keeps_its_health_port_to_itself() -> None:
    given = OURS["gateway"]["environment"]
    assert given["VIVA_HEALTH_HOST"] == "127.0.0.1"
    assert given["VIVA_GATEWAY_PORT"] != environment("gateway")["VIVA_HEALTH_PORT"]


def test_clickhouse_users_are_those_that_the_processes_use() -> None:
    root = ET.parse(FOLDER / "clickhouse" / "users.xml").getroot()  # noqa: S314 - our own file
    users = {each.tag: each for each in root.findall("users/*") if "remove" not in each.attrib}
    used = {
        service["environment"]["VIVA_CLICKHOUSE_USER"]
        for service in OURS.values()
        if "VIVA_CLICKHOUSE_USER" in service.get("environment", {})
    }
    assert set(users) == used == {"viva_writer", "viva_reader"}
    profiles = {each.tag for each in root.findall("profiles/*")} | {"default"}
    database = ClickHouseSettings.model_fields["database"].default
    for user in users.values():
        assert user.findtext("profile") in profiles
        source = user.find("password")
        assert source is not None
        assert source.attrib["from_env"] in SERVICES["clickhouse"]["environment"]
        assert f" ON {database}.*" in str(user.findtext("grants/query"))
    reader = users["viva_reader"]
    assert reader.findtext("grants/query") == f"GRANT SELECT ON {database}.*"


def properties(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return dict(pairs)


def test_kafka_listens_where_the_processes_look() -> None:
    found = properties(FOLDER / "kafka" / "server.properties")
    advertised = dict(each.split("://") for each in found["advertised.listeners"].split(","))
    inside = {
        service["environment"]["VIVA_KAFKA_BOOTSTRAP"]
        for name, service in OURS.items()
        if name != "models"
    }
    assert inside == {advertised["INTERNAL"]}
    assert SERVICES["kafka"]["ports"] == [f"{advertised['HOST']}:9092"]
    assert int(found["message.max.bytes"]) >= MAX_REQUEST_BYTES
    assert any(found["log.dirs"] in volume for volume in SERVICES["kafka"]["volumes"])


def test_prometheus_scrapes_every_process() -> None:
    text = (FOLDER / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")
    jobs = {job["job_name"]: job for job in yaml.safe_load(text)["scrape_configs"]}
    assert set(jobs) == set(PROCESS_MODULES) - EMBEDDED
    for name, job in jobs.items():
        if name == "gateway":
            port = OURS["gateway"]["environment"]["VIVA_GATEWAY_PORT"]
            assert job["static_configs"][0]["targets"] == [f"gateway:{port}"]
        else:
            discovery = job["dns_sd_configs"][0]
            assert discovery["names"] == [name]
            assert str(discovery["port"]) == environment(name)["VIVA_HEALTH_PORT"]
