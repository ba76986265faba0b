#!/usr/bin/env python3
"""report.html in a real browser, from disk: draws everything, complains of nothing, loads nothing.

browser_test.py MAKE_REPORTS. Exit code 77 (skipped) where there is no Chromium.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

from browser import Browser, find_chromium
import variants

MAKE_REPORTS = None
SECTIONS = ["requirements", "timeline", "convergence", "client", "generator", "health",
            "environment", "files"]


class ReportPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="hubsim-report-")
        for name, make in variants.ALL.items():
            folder = pathlib.Path(cls.folder.name) / name
            folder.mkdir()
            (folder / "in.json").write_text(json.dumps(make()))
            subprocess.run([MAKE_REPORTS, folder / "in.json", folder], check=True)
        cls.browser = Browser().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.folder.cleanup()

    def path(self, name, file="report.html"):
        return pathlib.Path(self.folder.name) / name / file

    def open(self, name, fragment="", **how):
        page = self.browser.open(self.path(name).as_uri() + fragment, **how)
        self.assertTrue(page.evaluate("window.__report_ready === true"), page.complaints)
        self.assertEqual(page.complaints, [])
        self.assertIsNone(page.evaluate("document.documentElement.dataset.problems ?? null"))
        self.assertEqual(page.requests, [self.path(name).as_uri() + fragment.split("#")[0]])
        return page

    def count(self, page, selector):
        return page.evaluate(f"document.querySelectorAll({json.dumps(selector)}).length")

    def text(self, page, selector):
        return page.evaluate(f"document.querySelector({json.dumps(selector)}).innerText")

    def test_draws_every_section_of_a_pass(self):
        page = self.open("pass")
        run = variants.passed()
        for section in SECTIONS:
            self.assertEqual(self.count(page, f"section#{section}"), 1, section)
        self.assertEqual(self.count(page, "#timeline canvas"), 7)
        self.assertEqual(self.count(page, "#requirements tbody tr"), len(run["requirements"]))
        self.assertEqual(self.count(page, "#client table:first-of-type tbody tr"),
                         len(run["operations"]) + len(run["faults"]))
        self.assertEqual(self.count(page, "details.story"), len(run["worst_records"]))
        self.assertEqual(self.count(page, ".empty"), 0)
        self.assertEqual(self.count(page, "table:not(:has(caption))"), 0)
        self.assertIn("PASS", self.text(page, ".stamp"))
        self.assertIn(run["replay_command"], self.text(page, ".replay"))

    def test_a_comparison_shows_both_distributions_and_every_change(self):
        self.assertEqual(self.count(self.open("pass"), "#compared"), 0)
        page = self.open("compared")
        self.assertEqual(self.count(page, "#compared .overlay path"), 2)
        self.assertEqual(self.count(page, "#compared table:first-of-type tbody tr"), 3 + 1 + 1)
        self.assertIn("+55 %", self.text(page, "#compared"))
        self.assertIn("Regressed", self.text(page, "#compared"))
        inside = page.evaluate("""(() => {
            const [box, frame] = ['path.fresh', 'svg'].map((one) =>
                document.querySelector('#compared .overlay ' + one).getBoundingClientRect());
            return box.width > 50 && box.height > 20 && box.right <= frame.right + 1; })()""")
        self.assertTrue(inside)
        narrow = self.open("compared", width=390, height=844)
        self.assertTrue(narrow.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"))

    def test_charts_have_ink(self):
        page = self.open("pass")
        colours = page.evaluate("""[...document.querySelectorAll('#timeline canvas')].map((one) => {
            const { data } = one.getContext('2d').getImageData(0, 0, one.width, one.height);
            return new Set(new Uint32Array(data.buffer)).size; })""")
        self.assertGreater(min(colours), 20)

    def test_a_failure_leads_to_its_records(self):
        page = self.open("fail")
        self.assertIn("FAIL", self.text(page, ".stamp"))
        self.assertIn("no-stale", self.text(page, "#requirements tbody tr"))
        self.assertIn("18446744073709551615", self.text(page, ".replay"))
        page.evaluate("document.querySelector('#requirements .keys a').click()")
        page.settle()
        self.assertEqual(self.count(page, "details.story[open]"), 1)
        self.assertEqual(self.count(page, "#timeline canvas"), 8)
        self.assertNotEqual(page.evaluate("document.title"), "owned")
        self.assertEqual(self.count(page, "main img"), 0)

    def test_an_invalid_run_says_why(self):
        page = self.open("invalid")
        self.assertIn("INVALID", self.text(page, ".stamp"))
        self.assertIn("never hit", self.text(page, ".reasons"))
        self.assertIn("Saw nothing", self.text(page, "#requirements"))
        self.assertIn("behind", self.text(page, "#generator"))
        self.assertIn("Outside", self.text(page, "#health"))

    def test_an_empty_run_says_so_in_every_section(self):
        page = self.open("empty")
        for section in ("requirements", "timeline", "convergence", "client", "generator", "health"):
            self.assertGreater(self.count(page, f"#{section} .empty"), 0, section)

    def test_deep_links_open_records_and_zoom_to_phases(self):
        page = self.open("pass", "#record-mei.tanaka%40example.com")
        self.assertEqual(page.evaluate("document.querySelector('details.story[open]').id"),
                         "record-mei.tanaka@example.com")
        self.assertEqual(page.evaluate("document.activeElement.tagName"), "SUMMARY")
        top = page.evaluate("document.querySelector('.story[open]').getBoundingClientRect().top")
        self.assertTrue(0 <= top < 200, top)
        page = self.open("pass", "#phase-storm")
        self.assertEqual(self.text(page, ".chip[aria-pressed=true]"), "storm")

    def test_the_mouse_points_and_zooms_in_all_charts(self):
        page = self.open("pass", "#timeline")
        place = page.evaluate("""(() => { const { x, y, width, height } =
            document.querySelectorAll('.u-over')[1].getBoundingClientRect();
            return { x, y: y + height / 2, width }; })()""")
        at = lambda second: (place["x"] + place["width"] * second / 96, place["y"])
        page.drag(at(30), at(60))
        self.assertEqual(self.text(page, ".chip[aria-pressed=true]"), "storm")
        page.drag(at(16), at(16.1))  # a click zooms nowhere; a sixth of storm is its second 5
        self.assertIn("0:35", self.text(page, ".where"))
        self.assertEqual(self.text(page, ".chip[aria-pressed=true]"), "storm")
        self.assertEqual(self.count(page, ".legend b"), 10)

    def test_is_usable_by_keyboard(self):
        page = self.open("pass")
        page.evaluate("document.querySelector('.plot').focus()")
        page.press("ArrowRight")
        self.assertIn("0:49", self.text(page, ".where"))
        page.evaluate("document.querySelector('#client thead th:nth-child(2) button').focus()")
        page.press("Enter")
        page.evaluate("document.activeElement.click()")
        self.assertEqual(self.count(page, "#client th[aria-sort=ascending], "
                                          "#client th[aria-sort=descending]"), 1)
        page.evaluate("document.querySelector('.key-button').click()")
        self.assertEqual(self.count(page, ".key-button[aria-pressed=false]"), 1)

    def test_fits_a_phone_and_the_dark(self):
        for width in (390, 320):
            page = self.open("fail", width=width, height=844, dark=True)
            self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), width)
            self.assertEqual(page.evaluate("document.documentElement.dataset.theme"), "dark")

    def test_prints_every_story(self):
        page = self.open("pass", dark=True)
        target = self.path("pass", "report.pdf")
        page.pdf(target)
        self.assertTrue(target.read_bytes().startswith(b"%PDF"))
        self.assertEqual(self.count(page, "details.story[open]"), 0)
        self.assertEqual(page.evaluate("document.documentElement.dataset.theme"), "dark")
        self.assertEqual(page.complaints, [])

    def test_the_summary_stands_in_where_scripts_may_not_run(self):
        html = self.path("fail").read_text()
        self.assertLess(html.index("FAIL  storm_then_heal"), html.index("<script"))

    def test_junit_is_well_formed_and_counts_right(self):
        for name, expected in (("pass", (0, 0)), ("fail", (2, 0)), ("invalid", (0, 3))):
            suite = xml.parse(self.path(name, "junit.xml")).getroot().find("testsuite")
            self.assertEqual([child.tag for child in suite if child.tag != "testcase"],
                             ["properties", "system-out", "system-err"])
            found = (len(suite.findall(".//failure")), len(suite.findall(".//error")))
            self.assertEqual(found, expected, name)
            self.assertEqual(found, (int(suite.get("failures")), int(suite.get("errors"))))
            self.assertEqual(int(suite.get("tests")), len(suite.findall("testcase")))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: browser_test.py MAKE_REPORTS")
    if not find_chromium():
        print("skipped: chromium is not installed")
        sys.exit(77)
    MAKE_REPORTS = sys.argv.pop(1)
    unittest.main()
