"""Fixtures for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("urbanwork", parent=settings.default, deadline=None)
settings.load_profile("urbanwork")  # how long an example takes says what else the machine does

collect_ignore = ["office_settings.py"]
"""Django has it already; looking for doctests would import it a second time, and upset it."""

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data for development; in CI it must be there."""
    if not SHARED.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"CI runs with ../shared beside the checkout, but {SHARED} is missing")
        pytest.skip("needs ../shared/data, the real data for development")
    return SHARED
