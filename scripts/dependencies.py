"""Reads the project's dependencies from requirements/runtime.in, so that they stand in one place only."""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class RuntimeRequirements(MetadataHookInterface):
    """Fills in `dependencies`; the comments of the file, which give the reasons, are dropped."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set `dependencies` to the requirement of each line that has one."""
        lines = (Path(self.root) / "requirements" / "runtime.in").read_text("utf-8").splitlines()
        metadata["dependencies"] = [bare for line in lines if (bare := line.split("#")[0].strip())]
