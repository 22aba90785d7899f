"""Schemathesis asks the served interface what its description allows, and what it does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from served_office import ServedOffice

HERE = Path(__file__).parent
EXAMPLES = 4
KEY_AND_DESCRIPTION = """
import json
from urbanwork.office.api.describing import description
from urbanwork.office.api.keys import make_key
from urbanwork.office.operation.demo import fill
from urbanwork.office.people.models import Post
from urbanwork.office.people.rights import Rights

fill("zh")
post = Post.objects.select_related("person").filter(role=ROLE).first()
print(json.dumps({"key": make_key(Rights(post.person, post), "test"), "told": description()}))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("role", "paths"), [("dispatcher", "^/"), ("administrator", "/people/")])
def test_the_interface_does_what_its_description_says(tmp_path, role, paths):
    served = ServedOffice(tmp_path, is_demo=True)
    for command in (["init", str(served.city), "--sample"], ["examine", str(served.city)]):
        done = served.urbanwork(*command)
        assert done.returncode == 0, done.stderr
    made = json.loads(
        served.python(KEY_AND_DESCRIPTION.replace("ROLE", repr(role))).splitlines()[-1]
    )
    told = tmp_path / "openapi.json"
    told.write_text(json.dumps(made["told"]), encoding="utf-8")
    served.start()
    try:
        found = asked(told, f"http://127.0.0.1:{served.port}", made["key"], paths, tmp_path)
        assert served.answers(), "the office no longer answers"
    finally:
        served.stop()
    assert found.returncode == 0, found.stdout[-30_000:] + found.stderr[-2_000:]


def asked(
    told: Path, base: str, key: str, paths: str, folder: Path
) -> subprocess.CompletedProcess[str]:
    """All checks on the operations at some addresses, the same questions each time."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "--config-file", str(HERE / "schemathesis.toml"), "run", str(told), "--url", base,
        "--include-path-regex", paths,
        "--header", f"Authorization: Bearer {key}", "--checks", "all", "--seed", "1",
        "--max-examples", str(EXAMPLES), "--phases", "examples,coverage,fuzzing",
        "--generation-deterministic", "--continue-on-failure", "--workers", "1", "--no-color",
        "--suppress-health-check", "all", "--warnings", "off", "--request-timeout", "30",
    ]  # fmt: skip
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        "PYTHONPATH": str(HERE),
    }
    return subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, check=False,
        timeout=600,
    )  # fmt: skip
