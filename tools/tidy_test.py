#!/usr/bin/env python3
"""Tests of tidy.py: each rule finds what it must in a small made-up tree, and nothing else."""

import json
import pathlib
import tempfile
import unittest

import tidy

RULES = tidy.Rules(json.loads((pathlib.Path(tidy.__file__).parent / "layers.json").read_text()))
HEADER = "// What this is.\n#pragma once\n"


def findings(files):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        return tidy.Tree(root, RULES).check()


def rules_of(files):
    return [finding.rule for finding in findings(files)]


def function(name):
    """The one function of that name in code."""
    def find(code):
        found = [f for f in tidy.functions_of(tidy.strip_directives(tidy.strip_cpp(code)))
                 if f.name == name]
        assert len(found) == 1, [f.name for f in found]
        return found[0]
    return find


class Includes(unittest.TestCase):
    def include(self, path, header, quoted=True):
        line = f'#include "{header}"\n' if quoted else f"#include <{header}>\n"
        files = {path: HEADER + line}
        if quoted:
            files[header] = HEADER
        return rules_of(files)

    def test_allowed_directions(self):
        for path, header in [
                ("mock_server/portal/a.cpp", "common/base/b.h"),
                ("mock_server/operations/crm/a.cpp", "mock_server/portal/b.h"),
                ("mock_server/operations/crm/a.cpp", "mock_server/operations/b.h"),
                ("mock_server/gateway/a.cpp", "mock_server/limits/b.h"),
                ("mock_server/serve/a.cpp", "mock_server/gateway/b.h"),
                ("mock_server/control/a.cpp", "mock_server/webhooks/b.h"),
                ("scenarios/run/a.cpp", "loadgen/engine/b.h"),
                ("scenarios/oracle/a.cpp", "scenarios/model/b.h"),
                ("loadgen/engine/a.cpp", "loadgen/metrics/b.h"),
                ("mock_server/gateway/a_test.cpp", "mock_server/generic/b.h"),
                ("tests/simulation/a.cpp", "mock_server/portal/b.h"),
                ("app/a.cpp", "mock_server/serve/b.h")]:
            self.assertEqual(self.include(path, header), [], f"{path} -> {header}")

    def test_forbidden_directions(self):
        for path, header in [
                ("common/base/a.cpp", "hubspot/rules/b.h"),
                ("hubspot/rules/a.cpp", "mock_server/portal/b.h"),
                ("mock_server/portal/a.cpp", "mock_server/gateway/b.h"),
                ("mock_server/limits/a.cpp", "mock_server/faults/b.h"),
                ("mock_server/operations/crm/a.cpp", "mock_server/generic/b.h"),
                ("mock_server/serve/a.cpp", "mock_server/portal/b.h"),
                ("loadgen/engine/a.cpp", "hubspot/rules/b.h"),
                ("scenarios/run/a.cpp", "mock_server/gateway/b.h"),
                ("scenarios/run/a_test.cpp", "mock_server/gateway/b.h"),
                ("scenarios/model/a.cpp", "scenarios/oracle/b.h"),
                ("reports/model/a.cpp", "scenarios/model/b.h")]:
            self.assertEqual(self.include(path, header), ["layer"], f"{path} -> {header}")

    def test_third_party_homes(self):
        self.assertEqual(self.include("mock_server/serve/a.cpp", "pistache/tcp.h", False), [])
        self.assertEqual(self.include("mock_server/gateway/a.cpp", "pistache/tcp.h", False),
                         ["home"])
        self.assertEqual(self.include("common/base/a_test.cpp", "gtest/gtest.h", False), [])
        self.assertEqual(self.include("common/base/a.cpp", "gtest/gtest.h", False), ["home"])
        self.assertEqual(self.include("loadgen/engine/a.cpp", "sys/epoll.h", False), ["home"])

    def test_unknown_file(self):
        self.assertEqual(rules_of({"app/a.cpp": '#include "b.h"\n'}), ["include"])

    def test_embedded_header_is_known(self):
        self.assertEqual(rules_of({
            "app/CMakeLists.txt": "hubsim_embed(TARGET t NAMESPACE n HEADER app/gen.h FILES x)",
            "app/a.cpp": '#include "app/gen.h"\n'}), [])

    def test_cycle_between_folders(self):
        self.assertEqual(rules_of({
            "common/a/x.h": HEADER + '#include "common/b/x.h"\n',
            "common/b/x.h": HEADER + '#include "common/c/x.h"\n',
            "common/c/x.h": HEADER + '#include "common/a/y.h"\n',
            "common/a/y.h": HEADER}), ["layer"])


class Banned(unittest.TestCase):
    def banned(self, path, code):
        return rules_of({path: code + "\n"})

    def test_each_call_is_found_and_has_its_home(self):
        for code, home in [
                ("auto t = std::chrono::system_clock::now();", "common/time/a.cpp"),
                ("auto t = steady_clock::now();", "common/time/a.cpp"),
                ("std::this_thread::sleep_for(1ms);", "common/time/a.cpp"),
                ("::usleep(5);", "common/time/a.cpp"),
                ("int x = rand();", "common/random/a.cpp"),
                ("std::random_device device;", "common/random/a.cpp"),
                ("std::cout << 1;", "app/a.cpp"),
                ("std::printf(x);", "app/a.cpp")]:
            self.assertEqual(self.banned("loadgen/engine/a.cpp", code), ["banned"], code)
            self.assertEqual(self.banned(home, code), [], code)

    def test_banned_everywhere(self):
        for code in ["auto v = x | std::views::filter(f);", "std::regex r;", "std::async(f);",
                     "thread.detach();", "using namespace std;", "int n = atoi(text);",
                     "TEST(A, DISABLED_b) {}"]:
            self.assertEqual(self.banned("app/a.cpp", code), ["banned"], code)

    def test_likes_are_not_banned(self):
        for code in ["int operand(int);", "clock.sleep(5);", "std::snprintf(b, n, f);",
                     "using namespace std::chrono_literals;", "// rand() is banned",
                     'log("std::cout << sleep_for");', "auto s = R\"(std::regex)\";"]:
            self.assertEqual(self.banned("loadgen/engine/a.cpp", code), [], code)

    def test_text(self):
        self.assertEqual(self.banned("app/a.cpp", "// TODO: later"), ["text"])
        self.assertEqual(self.banned("app/a.cpp", "// TODO(#12): later"), [])
        self.assertEqual(rules_of({"docs/a.md": "see /home/someone/x/y\n"}), ["text"])
        self.assertEqual(rules_of({"a/package-lock.json": '"https://registry.npm' + 'js.org/x"\n'}),
                         ["text"])


class Headers(unittest.TestCase):
    def test_comment_and_guard(self):
        self.assertEqual(rules_of({"app/a.h": HEADER}), [])
        self.assertEqual(rules_of({"app/a.h": "#pragma once\n"}), ["header-comment"])
        self.assertEqual(rules_of({"app/a.h": "// What.\n"}), ["header-comment"])
        self.assertEqual(rules_of({"app/a.h": "// x\n" * 12 + "#pragma once\n"}), [])
        self.assertEqual(rules_of({"app/a.h": "// x\n" * 13 + "#pragma once\n"}),
                         ["header-comment"])


class Lengths(unittest.TestCase):
    def test_line(self):
        self.assertEqual(rules_of({"app/a.cpp": "x" * 100 + "\n"}), [])
        self.assertEqual(rules_of({"app/a.cpp": "x" * 101 + "\n"}), ["line-length"])

    def test_file(self):
        self.assertEqual(rules_of({"app/a.cpp": "\n" * 600}), [])
        self.assertEqual(rules_of({"app/a.cpp": "\n" * 601}), ["file-length"])

    def test_function(self):
        def body(lines):
            return {"app/a.cpp": "void f() {\n" + "  g();\n" * (lines - 2) + "}\n"}
        self.assertEqual(rules_of(body(70)), [])
        self.assertEqual(rules_of(body(71)), ["function-length"])

    def test_python_function(self):
        def body(lines):
            return {"tools/a.py": "def f():\n" + "    g()\n" * (lines - 1)}
        self.assertEqual(rules_of(body(70)), [])
        self.assertEqual(rules_of(body(71)), ["function-length"])


class Functions(unittest.TestCase):
    def test_kinds_of_definitions(self):
        for name, code in [
                ("g", "template <class T>\nstruct A {\n T g() { return {}; }\n};"),
                ("g", "struct alignas(64) A {\n explicit A(int x);\n void g() {}\n};"),
                ("g", "template <class R, class... A>\nclass F<R(A...)> {\n void g() {}\n};"),
                ("operator==", "bool operator==(A a, A b) {\n}"),
                ("f", "struct stat* f(int a) {\n}"),
                ("f", "int f(int a) {\n}"),
                ("method", "class A : public B {\n int method() const noexcept { return 1; }\n};"),
                ("A", "A::A(int x) : x_(x), y_{x, 1} {\n}"),
                ("~A", "A::~A() {}"),
                ("f", "template <class T, class U>\nauto f(T a) -> std::map<T, U> {\n}"),
                ("TEST", "TEST(Suite, Name) {\n}"),
                ("f", "namespace a::b {\nconst int t[] = {1, 2};\nvoid f() {}\n}"),
                ("f", 'extern "C" {\nint f(const char* s) { return 0; }\n}'),
                ("f", "#define M(x) do { x } \\\n while (0)\nvoid f() {}"),
                ("f", "void f(struct stat* s) {\n}")]:
            self.assertEqual(function(name)(code).depth, 0, code)

    def test_nesting(self):
        deep = "void f() {\n if (a) {\n for (;;) {\n while (b) {\n%s }\n }\n }\n}"
        self.assertEqual(function("f")(deep % "").depth, 3)
        self.assertEqual(function("f")(deep % "if (c) { }\n").depth, 4)
        self.assertEqual(rules_of({"app/a.cpp": deep % "if (c) { }\n"}), ["nesting"])

    def test_what_is_no_nesting(self):
        code = ("void f() {\n if (a) {\n } else if (b) {\n auto x = Y{.z = {1, 2}};\n"
                " run([&](int i) {\n if (i) { }\n });\n }\n switch (c) {\n case 1: {\n } }\n}")
        self.assertEqual(function("f")(code).depth, 1)

    def test_length_counts_from_the_signature(self):
        self.assertEqual(function("f")("int x;\n\nvoid f(int a,\n  int b) {\n g();\n}").lines, 4)
        self.assertEqual(function("A")("A::A(int x)\n : a_{x, 1},\n b_(2) {\n g();\n}").lines, 5)

    def test_parameters(self):
        self.assertEqual(function("f")("void f() {}").parameters, 0)
        self.assertEqual(function("f")("void f(std::map<int, int> a, int b = g(1, 2)) {}")
                         .parameters, 2)
        self.assertEqual(rules_of({"app/a.cpp": "void f(A a, B b, C c, D d, E e) {}\n"}), [])
        self.assertEqual(rules_of({"app/a.cpp": "void f(A a, B b, C c, D d, E e, F f) {}\n"}),
                         ["parameters"])

    def test_strings_and_comments_do_not_count(self):
        code = ("void f() {\n  // {{{\n  g(\"}}}\", '{', 1'000, R\"x({{{)x\"); /* { */\n}\n"
                "void h() {}")
        self.assertEqual(function("f")(code).lines, 4)
        self.assertEqual(function("h")(code).lines, 1)


class Exceptions(unittest.TestCase):
    FINDING = tidy.Finding("app/a.cpp", 3, "banned", "x")

    def remaining(self, text):
        return [f.rule for f in tidy.without_exceptions([self.FINDING], text, "exceptions")]

    def test_matching_line_drops_it(self):
        self.assertEqual(self.remaining("# why\napp/a.cpp: banned: the API asks for it\n"), [])

    def test_no_reason_is_no_exception(self):
        self.assertEqual(self.remaining("app/a.cpp: banned:\n"), ["exception", "banned"])

    def test_stale_line_is_reported(self):
        self.assertEqual(self.remaining("app/b.cpp: banned: old\n"), ["banned", "exception"])


class Speed(unittest.TestCase):
    def test_unbalanced_code_ends(self):
        self.assertEqual(tidy.functions_of("}}}} void f() { if ("), [])


if __name__ == "__main__":
    unittest.main()
