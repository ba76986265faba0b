#!/usr/bin/env python3
"""The tree's own rules: layers, homes of third-party headers, lengths, nesting, banned calls.

`./dev check` runs it. One line per finding, `file:line: rule: what - do this instead`; exit code 1
when there is any. Layers and homes are data (layers.json). tidy_exceptions.txt holds the few
exceptions, each with its reason; one that no longer applies is a finding itself.
"""

import ast
import json
import pathlib
import re
import sys

LINE_LIMIT = 100
FILE_LIMIT = 600
FUNCTION_LIMIT = 70
NESTING_LIMIT = 3
PARAMETER_LIMIT = 5
HEADER_COMMENT_LIMIT = 12

CPP = {".h", ".cpp"}
CODE = CPP | {".py", ".js", ".mjs", ".sh", ".cmake"}
TEXT = CODE | {".def", ".json", ".yaml", ".yml", ".md", ".txt", ".css", ".html"}
SKIPPED_FOLDERS = {"build", ".git", "node_modules", "__pycache__", "out", ".cache"}

# (pattern in code without comments and strings, folders or files where it is right, remedy)
BANNED = [
    (r"\b(system|steady|high_resolution)_clock::now\b", ["common/time", "tests/bench"],
     "take a Clock (common/time/clock.h) as an argument"),
    (r"\bsleep_(for|until)\b|(?<![\w.>])(u|nano)?sleep\s*\(", ["common/time"],
     "wait on a condition, a future or a timer of the event loop"),
    (r"\bs?rand\s*\(|\brandom_device\b|\bmt19937", ["common/random"],
     "take the seeded generator of common/random as an argument"),
    (r"\bstd::(cout|cerr|clog)\b|(?<![\w.>])(f?printf|puts)\s*\(",
     ["app", "reports/formats", "tests", "contract_tests", "common/base/assert.cpp"],
     "log with spdlog, or return the text to the caller"),
    (r"\bviews::|\branges::.*_view\b", [], "write the loop; it compiles faster and reads plainer"),
    (r"\bstd::regex\b|\bstd::basic_regex\b", [], "use the helpers of common/base/text.h"),
    (r"\bstd::async\b|\.detach\s*\(\s*\)", [], "own the thread and join it, or post to a queue"),
    (r"\b(strtok|gmtime|localtime|asctime|ctime)\s*\(", [], "use common/time/format.h"),
    (r"\b(atoi|atol|atof|sscanf|strtod|strtol)\s*\(", [],
     "use std::from_chars or the parsers of common/base/text.h, which report errors"),
    (r"^\s*using namespace\b(?!.*literals)", [], "name what is used"),
    (r"\bDISABLED_\w+", [], "mend the test or delete it"),
]

# Looked for in the raw text of every file.
BANNED_TEXT = [
    (r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))", "name an issue, as in TO" + "DO(#12), or do it now"),
    (r"/(work|root|home/[a-z]+)/[a-z_]+/", "a path of one machine; make it relative"),
    # Written in pieces, so that this file keeps its own rule.
    (r"registry\.npm" r"js\.org|py" r"pi\.org|python" r"hosted\.org|deb\.deb" r"ian\.org",
     "no registry hosts in the tree; the user's npm, pip and apt know theirs"),
    (r"^(<{7}|>{7}) ", "a merge is not finished here"),
]

TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^()\\\s]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Za-z_])(?:u8|[uUL])?'(?:\\.|[^'\\\n])+'",
    re.DOTALL)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
CONTAINER = re.compile(r"((inline|static|constexpr|typedef)\s+)*"
                       r"(namespace|class|struct|union|enum|extern)\b[^(]*$")
CONTROL = re.compile(r"^(}\s*)?(if|else|for|while|do|switch|try|catch)\b")
MEMBER_INIT = re.compile(r"\)[^()]*(?<!:):(?!:).*[\w>]$", re.DOTALL)  # `A(int x) : a_(x), b_`
LAMBDA = re.compile(r"\]\s*(\([^{}]*\))?\s*(mutable|noexcept|constexpr)*\s*(->[^{};]*)?$")
EMBEDDED_HEADER = re.compile(r"\bHEADER\s+(\S+\.h)\b")


class Finding:
    def __init__(self, path, line, rule, text):
        self.path, self.line, self.rule, self.text = path, line, rule, text

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


def in_place(path, places):
    """True when the path lies in one of the folders, is that file, or ends as *suffix says."""
    for place in places:
        if place == "*" or path == place or path.startswith(place + "/"):
            return True
        if place.startswith("*") and path.endswith(place[1:]):
            return True
    return False


def blank(match):
    """Replaces a comment or literal by as many line ends, and quotes where it was a literal."""
    text = match.group(0)
    kept = "\n" * text.count("\n")
    return kept or " " if text.startswith("/") else '""' + kept


def strip_cpp(text):
    return TOKEN.sub(blank, text)


def strip_directives(code):
    """Blanks preprocessor lines with their continuations: their braces need not balance."""
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*",
                  lambda found: "\n" * found.group(0).count("\n"), code, flags=re.MULTILINE)


class Rules:
    """Layers and homes, read from layers.json."""

    def __init__(self, data):
        self.layers = data["layers"]
        self.homes = data["third_party"]

    def layer_of(self, path):
        folder = path.rpartition("/")[0]
        while folder and folder not in self.layers:
            folder = folder.rpartition("/")[0]
        return folder

    def may_include(self, path, header):
        layer = self.layer_of(path)
        own = path.rpartition("/")[0]
        allowed = [own, layer] if layer.count("/") or layer == "common" else [own]
        allowed += self.layers.get(layer, [])
        if path.endswith("_test.cpp"):
            allowed.append(path.split("/")[0])
        return in_place(header, allowed)


class Tree:
    """All files under a root, and the findings about them."""

    def __init__(self, root, rules):
        self.root, self.rules, self.findings = root, rules, []
        self.texts = dict(self.read(root))
        self.generated = self.embedded_headers()
        self.folder_edges = {}

    @staticmethod
    def read(root):
        for path in sorted(walk(root)):
            if path.suffix in TEXT or path.name == "dev":
                yield path.relative_to(root).as_posix(), path.read_text(errors="replace")

    def embedded_headers(self):
        found = set()
        for path, text in self.texts.items():
            if path.endswith("CMakeLists.txt"):
                found.update(EMBEDDED_HEADER.findall(text))
        return found

    def report(self, path, line, rule, text):
        self.findings.append(Finding(path, line, rule, text))

    def check(self):
        for path, text in self.texts.items():
            suffix = pathlib.PurePosixPath(path).suffix
            self.check_text(path, text)
            if suffix in CODE:
                self.check_lengths(path, text)
            if suffix in CPP:
                self.check_cpp(path, text)
            if suffix == ".py":
                self.check_python(path, text)
        self.check_cycles()
        return self.findings

    def check_text(self, path, text):
        if path.startswith(("tools/tidy", "hubspot/data/")):
            return  # the first spell the patterns out, the second are HubSpot's words
        for pattern, remedy in BANNED_TEXT:
            for found in re.finditer(pattern, text, re.MULTILINE):
                if path.endswith("package-lock.json") and "/" == found.group(0)[0]:
                    continue  # a piece of a base64 hash
                line = text.count("\n", 0, found.start()) + 1
                self.report(path, line, "text", f"'{found.group(0)}' - {remedy}")

    def check_lengths(self, path, text):
        lines = text.splitlines()
        if len(lines) > FILE_LIMIT:
            self.report(path, FILE_LIMIT, "file-length",
                        f"{len(lines)} lines, at most {FILE_LIMIT} - split it by subject")
        for number, line in enumerate(lines, 1):
            if len(line) > LINE_LIMIT:
                self.report(path, number, "line-length",
                            f"{len(line)} columns, at most {LINE_LIMIT} - break it")

    def check_cpp(self, path, text):
        code = strip_cpp(text)
        self.check_includes(path, text)
        self.check_banned(path, code)
        if path.endswith(".h"):
            self.check_header(path, text)
        for function in functions_of(strip_directives(code)):
            self.check_function(path, function)

    def check_includes(self, path, text):
        for number, line in enumerate(text.splitlines(), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            header = found.group(2)
            if found.group(1) == '"':
                self.check_own_include(path, number, header)
            for prefix, homes in self.rules.homes.items():
                if header.startswith(prefix) and not in_place(path, homes):
                    self.report(path, number, "home", f"<{header}> lives in {', '.join(homes)} - "
                                "use what that folder offers, or offer it there")

    def check_own_include(self, path, number, header):
        if header not in self.texts and header not in self.generated:
            self.report(path, number, "include",
                        f'"{header}" is no file of the tree - include by path from the root, '
                        "third-party headers in <>")
        elif not self.rules.may_include(path, header):
            self.report(path, number, "layer",
                        f"{self.rules.layer_of(path) or path} may not include {header} - "
                        "pass an interface or a value down; tools/layers.json says who may")
        if not path.endswith("_test.cpp"):
            source, target = path.rpartition("/")[0], header.rpartition("/")[0]
            if source != target:
                self.folder_edges.setdefault(source, {}).setdefault(target, (path, number))

    def check_banned(self, path, code):
        lines = code.splitlines()
        for pattern, places, remedy in BANNED:
            if in_place(path, places):
                continue
            expression = re.compile(pattern)
            for number, line in enumerate(lines, 1):
                found = expression.search(line)
                if found:
                    self.report(path, number, "banned", f"{found.group(0).strip()} - {remedy}")

    def check_header(self, path, text):
        lines = text.splitlines()
        comment = 0
        while comment < len(lines) and lines[comment].startswith("//"):
            comment += 1
        if comment == 0:
            self.report(path, 1, "header-comment",
                        "no comment on top - say what, why here, threads, invariants")
        if comment > HEADER_COMMENT_LIMIT:
            self.report(path, comment, "header-comment",
                        f"{comment} lines, at most {HEADER_COMMENT_LIMIT} - move the rest to docs/")
        if "#pragma once" not in lines:
            self.report(path, 1, "header-comment", "no include guard - add #pragma once")

    def check_function(self, path, function):
        if function.lines > FUNCTION_LIMIT:
            self.report(path, function.line, "function-length", f"{function.name} has "
                        f"{function.lines} lines, at most {FUNCTION_LIMIT} - take a step out of it")
        if function.depth > NESTING_LIMIT:
            self.report(path, function.deepest_line, "nesting", f"{function.depth} deep in "
                        f"{function.name}, at most {NESTING_LIMIT} - return early or name a step")
        if function.parameters > PARAMETER_LIMIT:
            self.report(path, function.line, "parameters", f"{function.name} takes "
                        f"{function.parameters}, at most {PARAMETER_LIMIT} - make a struct of them")

    def check_python(self, path, text):
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            self.report(path, error.lineno or 1, "python", str(error.msg))
            return
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = node.end_lineno - node.lineno + 1
                if lines > FUNCTION_LIMIT:
                    self.report(path, node.lineno, "function-length", f"{node.name} has {lines} "
                                f"lines, at most {FUNCTION_LIMIT} - take a step out of it")

    def check_cycles(self):
        """Folders that include each other, in any number of steps."""
        done, trail = set(), []

        def visit(folder):
            if folder in trail:
                cycle = trail[trail.index(folder):] + [folder]
                path, line = self.folder_edges[cycle[-2]][folder]
                self.report(path, line, "layer", "folders include each other: "
                            + " -> ".join(cycle) + " - move what both need into a third")
                return
            if folder in done:
                return
            trail.append(folder)
            for target in self.folder_edges.get(folder, {}):
                visit(target)
            trail.pop()
            done.add(folder)

        for folder in sorted(self.folder_edges):
            visit(folder)


class Function:
    def __init__(self, name, line, parameters):
        self.name, self.line, self.parameters = name, line, parameters
        self.lines, self.depth, self.deepest_line = 0, 0, line


def functions_of(code):
    """Every function with a body in C++ code without comments, literals and directives."""
    found, stack, start, parens, line, at = [], [], 0, 0, 1, 0
    for token in re.finditer(r"[{}();]", code):
        line += code.count("\n", at, token.start())
        at = token.start()
        sign = token.group(0)
        if sign == "(":
            parens += 1
        elif sign == ")":
            parens -= 1
        elif sign == ";":
            start = token.end() if parens == 0 else start
        elif sign == "{":
            header = code[start:token.start()].strip()
            block = open_block(stack, header, line)
            block.start, block.parens = start, parens
            stack.append(block)
            start, parens = token.end(), 0
        elif stack:
            block = stack.pop()
            # After `member_{value}` or `= {...}` the same declaration goes on.
            start = block.start if block.kind == "value" else token.end()
            parens = block.parens
            if block.kind == "function":
                block.function.lines = line - block.function.line + 1
                found.append(block.function)
    return found


class Block:
    def __init__(self, kind, function=None, depth=0):
        self.kind, self.function, self.depth = kind, function, depth
        self.start, self.parens = 0, 0  # of the text around it, to go on with after its end


def without_template(header):
    """`template <class T> void f()` without its first part, whose `class` opens nothing."""
    if not header.startswith("template"):
        return header
    depth = 0
    for place, sign in enumerate(header):
        depth += {"<": 1, ">": -1}.get(sign, 0)
        if sign == ">" and depth == 0:
            return without_template(header[place + 1:].lstrip())
    return header


def open_block(stack, header, line):
    """What a brace opens: a container, a function, a control block, a lambda or a value."""
    outer = stack[-1] if stack else Block("container")
    if outer.function is None:
        first_line = line - header.count("\n")
        header = without_template(re.sub(r"alignas\([^)]*\)|\[\[[^]]*\]\]", "", header).strip())
        if CONTAINER.match(re.sub(r"<[^{}]*>", "", header)):
            return Block("container")
        name = function_name(header)
        if name is None or header.endswith("=") or MEMBER_INIT.search(header):
            return Block("value")
        return Block("function", Function(name, first_line, parameters_of(header)))
    function = outer.function
    if CONTROL.match(header) or re.search(r"\b(if|for|while|switch)\s*\(", header):
        depth = outer.depth + 1
        if depth > function.depth:
            function.depth, function.deepest_line = depth, line
        return Block("control", function, depth)
    if LAMBDA.search(header):  # a lambda is a function of its own as far as nesting goes
        return Block("lambda", function)
    return Block("value", function, outer.depth)


def function_name(header):
    found = re.search(r"((?:~?\w+|operator\s*[^\s(\w]+|operator\s*\(\s*\))(?:<[^()]*>)?)\s*\(",
                      header)
    if not found or found.group(1) in ("if", "for", "while", "switch", "decltype", "requires"):
        return None
    return found.group(1)


def parameters_of(header):
    """How many parameters the first parenthesis after the name holds."""
    header = re.sub(r"operator\s*\(\s*\)", "operator_call", header)
    depth, count, seen = 0, 0, False
    for sign in header[header.find("("):]:
        if sign in "([{<":
            depth += 1
        elif sign in ")]}>":
            depth -= 1
            if depth == 0:
                break
        elif sign == "," and depth == 1:
            count += 1
        if depth >= 1 and not sign.isspace() and sign not in "()":
            seen = True
    return count + 1 if seen else 0


def walk(root):
    for path in root.iterdir():
        if path.name in SKIPPED_FOLDERS or path.is_symlink():
            continue
        if path.is_dir():
            yield from walk(path)
        else:
            yield path


def without_exceptions(findings, text, exceptions_path):
    """Drops what the exceptions file allows: lines `path: rule: reason`, # starts a comment."""
    kept, used, allowed = [], set(), {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split(":", 2)]
        if len(parts) < 3 or not parts[2]:
            kept.append(Finding(exceptions_path, number, "exception",
                                "not understood - write `path: rule: reason`"))
            continue
        allowed[(parts[0], parts[1])] = number
    for finding in findings:
        key = (finding.path, finding.rule)
        if key in allowed:
            used.add(key)
        else:
            kept.append(finding)
    for key, number in allowed.items():
        if key not in used:
            kept.append(Finding(exceptions_path, number, "exception",
                                f"{key[0]} no longer breaks {key[1]} - delete the line"))
    return kept


def main():
    tools = pathlib.Path(__file__).resolve().parent
    rules = Rules(json.loads((tools / "layers.json").read_text()))
    exceptions = tools / "tidy_exceptions.txt"
    findings = Tree(tools.parent, rules).check()
    if exceptions.exists():
        findings = without_exceptions(findings, exceptions.read_text(), "tools/tidy_exceptions.txt")
    for finding in findings:
        print(finding)
    if findings:
        print(f"tidy: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
