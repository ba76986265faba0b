#!/usr/bin/env python3
"""The pages of real runs in a real browser: `hubsim load --out` and a scenario that found a defect.

real_test.py LOAD_FOLDER SCENARIO_FOLDER. Exit code 77 (skipped) where there is no Chromium.
"""

import json
import pathlib
import sys
import unittest
import urllib.parse

from browser import Browser, find_chromium

FOLDERS = {}

# Clicks a head of every sortable table twice and tells what became of its order. Numbers are
# compared by what the column sorts by, which the page keeps to itself: so by reversal.
SORT = """[...document.querySelectorAll('table')].map((table) => {
    const button = table.querySelectorAll('thead button')[1];
    if (!button) return null;
    const head = button.closest('th');
    const rows = () => [...table.querySelectorAll('tbody tr')].map((row) => row.innerText);
    const turn = () => new Promise((done) => {
      button.click();
      requestAnimationFrame(() => requestAnimationFrame(() =>
        done([head.getAttribute('aria-sort'), rows()])));
    });
    return turn().then((down) => turn().then((up) => ({ caption: table.caption.innerText,
      before: rows().length, down, up })));
})"""


class RealPages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser().__enter__()
        cls.runs = {name: json.loads((folder / "run.json").read_text())
                    for name, folder in FOLDERS.items()}

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()

    def open(self, name, fragment="", **how):
        url = (FOLDERS[name] / "report.html").resolve().as_uri()
        page = self.browser.open(url + fragment, **how)
        self.assertTrue(page.evaluate("window.__report_ready === true"), page.complaints)
        self.assertEqual(page.complaints, [], name)
        self.assertIsNone(page.evaluate("document.documentElement.dataset.problems ?? null"))
        self.assertEqual(page.requests, [url])
        return page

    def sections(self, page):
        return page.evaluate("[...document.querySelectorAll('section')].map((one) => one.id)")

    def test_every_chart_is_drawn(self):
        for name in FOLDERS:
            page = self.open(name)
            colours = page.evaluate("""[...document.querySelectorAll('#timeline canvas')].map(
                (one) => { const context = one.getContext('2d');
                  const { data } = context.getImageData(0, 0, one.width, one.height);
                  return new Set(new Uint32Array(data.buffer)).size; })""")
            self.assertGreaterEqual(len(colours), 2, name)
            self.assertGreater(min(colours), 5, name)

    def test_a_load_has_no_empty_sections(self):
        page = self.open("load")
        self.assertEqual(self.sections(page), ["requirements", "timeline", "generator", "health",
                                               "environment", "files"])
        self.assertEqual(page.evaluate("document.querySelectorAll('.empty').length"), 0)
        links = page.evaluate("[...document.querySelectorAll('.top a')].map((one) => one.hash)")
        self.assertEqual(links, [f"#{one}" for one in self.sections(page)])
        figures = page.evaluate("document.querySelector('.figures').innerText")
        self.assertIn("Per second", figures)
        self.assertNotIn("Records equal", figures)
        replay = page.evaluate("document.querySelector('.replay').innerText")
        self.assertIn("hubsim load 'http", replay)
        self.assertIn("api_key=REDACTED", replay)

    def test_a_scenario_has_every_section(self):
        page = self.open("scenario")
        self.assertIn("convergence", self.sections(page))
        self.assertIn("client", self.sections(page))

    def test_links_of_the_files_lead_somewhere(self):
        for name, folder in FOLDERS.items():
            page = self.open(name)
            links = page.evaluate(
                "[...document.querySelectorAll('#files a')].map((one) => one.href)")
            self.assertGreater(len(links), 3)
            for link in links:
                path = urllib.parse.unquote(urllib.parse.urlparse(link).path)
                self.assertTrue(pathlib.Path(path).exists(), f"{name}: {link}")
                self.assertEqual(pathlib.Path(path).parent, folder.resolve())

    def test_tables_sort_by_click(self):
        for name in FOLDERS:
            page = self.open(name)
            turned = page.evaluate(f"Promise.all({SORT})")
            tables = [one for one in turned if one]
            self.assertGreater(len(tables), 0, name)
            for table in tables:
                (down, first), (up, second) = table["down"], table["up"]
                self.assertEqual((down, up), ("descending", "ascending"), table["caption"])
                self.assertCountEqual(first, second)
                if len(set(first)) > 1 and first != second:
                    continue
                # Equal keys keep their order: then nothing was to be seen.
                self.assertLessEqual(len(first), 3, table["caption"])

    def test_every_phase_has_a_link(self):
        for name, run in self.runs.items():
            for phase in run["phases"]:
                if phase["end_ms"] <= phase["start_ms"]:
                    continue
                page = self.open(name, "#phase-" + urllib.parse.quote(phase["name"]))
                chip = page.evaluate(
                    "document.querySelector('.chip[aria-pressed=true]')?.innerText ?? null")
                end = max(1, -(-(run["ended_at_ms"] - run["started_at_ms"]) // 1000))
                is_all = phase["start_ms"] < 1000 and -(-phase["end_ms"] // 1000) >= end
                # A phase over every second of the run is the whole run.
                self.assertIn(chip, (phase["name"], "whole run") if is_all else (phase["name"],))

    def test_a_record_has_a_link(self):
        record = self.runs["scenario"]["worst_records"][0]
        page = self.open("scenario", "#record-" + urllib.parse.quote(record["key"]))
        self.assertEqual(page.evaluate("document.querySelector('details.story[open]').id"),
                         "record-" + record["key"])
        self.assertGreater(page.evaluate(
            "document.querySelectorAll('details.story[open] .step').length"), 1)

    def test_fits_a_phone_and_paper(self):
        for name in FOLDERS:
            page = self.open(name, width=360, height=740)
            self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 360, name)
            # A4 within its margins, at the browser's 96 dots an inch.
            page = self.open(name, width=718, height=1000)
            page.send("Emulation.setEmulatedMedia", media="print")
            page.evaluate("dispatchEvent(new Event('beforeprint'))")
            page.settle()
            self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 718, name)
            self.assertEqual(page.complaints, [])


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: real_test.py LOAD_FOLDER SCENARIO_FOLDER")
    if not find_chromium():
        print("skipped: chromium is not installed")
        sys.exit(77)
    FOLDERS["scenario"] = pathlib.Path(sys.argv.pop(2))
    FOLDERS["load"] = pathlib.Path(sys.argv.pop(1))
    unittest.main()
