"""What axe-core finds wrong on a page as it stands."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page


async def serious_findings(page: Page) -> list[str]:
    """What it calls serious or critical, by rule, place and remedy."""
    results = await Axe().run(page)
    found = [finding for finding in results.response["violations"] if finding["impact"] in {"serious", "critical"}]
    return [
        f"{finding['id']}: {node['target']} {node['failureSummary']}" for finding in found for node in finding["nodes"]
    ]
