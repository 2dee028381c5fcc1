"""Start-up stays light: what is heavy is imported where it is needed."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "kept_out"),
    [
        ("service.cli", ["numpy", "sklearn", "fastapi", "pyarrow", "pydantic", "msgspec", "trafilatura", "rich.table"]),
        ("service.handlers.cluster", ["sklearn", "scipy", "fastapi", "starlette", "pyarrow", "trafilatura"]),
        ("service.app", ["httpx", "feedparser", "defusedxml", "sklearn", "scipy", "pyarrow", "trafilatura", "lxml"]),
        ("service.handlers.classify", ["sklearn", "scipy", "fastapi", "starlette", "pyarrow", "trafilatura"]),
    ],
)
def test_imports(module: str, kept_out: list[str]) -> None:
    code = f"import sys, {module}; print([name for name in {kept_out} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
