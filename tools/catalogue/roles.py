"""What an operation does to which resource, from its method, its path and its neighbours.

The rules are about words HubSpot uses alike in every family: `batch/x`, `draft`, `push-live`,
`multi-language/...`, `async`, `tasks/{id}/status`. What they get wrong, an overlay row says right.
"""
import re

VERSION = re.compile(r"^(v\d|20\d\d-\d\d(-beta)?)$")
# Parameters that say whose things are meant, never which thing.
OWNERS = {"appId", "objectType", "objectTypeId", "fromObjectType", "toObjectType",
          "fromObjectTypeId", "toObjectTypeId", "environment", "portalId"}
# One family under two names, by version; the left one is read as the right one.
ALIASES = [("/events/events", "/events/event-occurrences"),
           ("/events/custom", "/events"),
           ("/business-units/business-units", "/business-units/public/business-units"),
           ("/cms/url-redirects/url-mappings", "/url-mappings/url-mappings"),
           ("/marketing/email/single-send", "/marketing/email-campaigns/single-send"),
           ("/app-webhooks", "/webhooks")]
BATCHES = {"read": "batch_read", "create": "batch_create", "update": "batch_update",
           "replace": "batch_replace", "upsert": "batch_upsert", "archive": "batch_archive",
           "purge": "batch_archive", "delete": "batch_archive", "": "batch_create"}
LANGUAGES = {"attach-to-lang-group": "attach_language", "create-language-variation":
             "create_language", "detach-from-lang-group": "detach_language",
             "set-new-lang-primary": "set_primary_language", "update-languages":
             "update_languages"}
# Verbs on an item or a collection; the resource is what stands before them.
VERBS = {"clone": "clone", "push-live": "publish_draft", "unpublish": "unpublish",
         "schedule": "schedule", "gdpr-delete": "purge", "cursor": "list", "query": "list"}
ITEM_ROLES = {"GET": "read", "PATCH": "update", "PUT": "replace", "DELETE": "archive",
              "POST": "action"}
ONE_ROLES = {"GET": "read_one", "PATCH": "update_one", "PUT": "replace_one",
             "DELETE": "archive_one", "POST": "action"}


def is_parameter(segment):
    return segment.startswith("{")


def segments_of(template):
    """The path without its version, under the family's one name."""
    path = "/" + "/".join(segment for segment in template.strip("/").split("/")
                          if not VERSION.match(segment))
    for alias, name in ALIASES:
        if path == alias or path.startswith(alias + "/"):
            path = name + path[len(alias):]
            break
    return path.strip("/").split("/")


def anonymous(segments):
    return "/" + "/".join("{}" if is_parameter(segment) else segment for segment in segments)


def parameters(segments):
    return [segment[1:-1] for segment in segments if is_parameter(segment)]


class Neighbours:
    """The paths of all operations: what exists beside one says what it is."""

    def __init__(self, operations):
        self.methods = {}
        self.lists = set()
        for operation in operations:
            path = anonymous(operation["segments"])
            self.methods.setdefault(path, set()).add(operation["method"])
            if operation["method"] == "GET" and operation["is_list"]:
                self.lists.add(path)

    def is_collection(self, path):
        below = self.methods.get(path + "/{}", set())
        return path in self.lists or bool(below & {"GET", "PATCH", "DELETE", "PUT"})

    def reads(self, path):
        return "GET" in self.methods.get(path, set())


def placed(collection, role, item=None, verb="", stage="live"):
    out = {"role": role, "resource": anonymous(collection),
           "owner_params": parameters(collection)}
    if item is not None:
        out["id_param"] = item[1:-1]
    if verb:
        out["verb"] = verb
    if stage != "live":
        out["stage"] = stage
    return out


class Path:
    """One operation's path, cut into collection, item and tail."""

    def __init__(self, operation, neighbours):
        self.method = operation["method"]
        self.is_list = operation["is_list"]
        self.open = operation["open"]
        self.binary = operation["response"] == "binary" and not self.open
        self.multipart = operation["body"] == "multipart"
        self.takes_batch = operation["takes_batch"]
        self.neighbours = neighbours
        self.whole = operation["segments"]
        items = [index for index, segment in enumerate(self.whole)
                 if is_parameter(segment) and segment[1:-1] not in OWNERS]
        self.at = items[-1] if items else -1
        self.head = self.whole[:self.at + 1]
        self.tail = self.whole[self.at + 1:]
        self.stage = "live"
        if "draft" in self.tail:
            self.tail = list(self.tail)
            self.tail.remove("draft")
            self.stage = "draft"

    def describe(self):
        for rule in (self.task, self.revision, self.batch, self.language, self.item, self.verb):
            found = rule()
            if found:
                return found
        return self.collection()

    def task(self):
        if self.tail == ["status"] and self.head[-2:-1] == ["tasks"]:
            return placed(self.head[:-2], "task_status", self.head[-1])
        if self.tail and self.tail[-1] == "async" and self.method == "POST":
            return placed(self.head + self.tail[:-1], "task_start", verb=self.tail[-2]
                          if len(self.tail) > 1 else "async")
        return None

    def revision(self):
        if self.tail == ["revisions"] and self.at >= 0:
            return placed(self.head[:-1], "list_revisions", self.head[-1])
        if self.head[-2:-1] != ["revisions"] or len(self.head) < 4:
            return None
        collection, item = self.head[:-3], self.head[-3]
        if not is_parameter(item):
            return None
        if not self.tail:
            return placed(collection, "read_revision", item)
        stage = "draft" if self.tail[-1] == "restore-to-draft" else "live"
        return placed(collection, "restore_revision", item, self.tail[-1], stage)

    def batch(self):
        if "batch" in self.tail:
            place = self.tail.index("batch")
            what = "-".join(segment for segment in self.tail[place + 1:])
            collection = self.head + self.tail[:place]
            role = BATCHES.get(what, "batch_other")
            return placed(collection, role, verb=what if role == "batch_other" else "",
                          stage=self.stage)
        if self.takes_batch and self.tail and self.tail[-1] in BATCHES:
            return placed(self.head + self.tail[:-1], BATCHES[self.tail[-1]], stage=self.stage)
        return None

    def language(self):
        if "multi-language" in self.tail and self.tail[-1] in LANGUAGES:
            place = self.tail.index("multi-language")
            return placed(self.head + self.tail[:place], LANGUAGES[self.tail[-1]],
                          verb=self.tail[-1])
        return None

    def item(self):
        if self.tail or self.at < 0:
            return None
        role = ITEM_ROLES[self.method]
        if self.binary and self.method == "GET":
            role = "download"
        if self.multipart and self.method in ("POST", "PUT"):
            role = "upload"
        return placed(self.head[:-1], role, self.head[-1], stage=self.stage)

    def verb(self):
        """One word after the item, or after the collection."""
        if not self.tail or is_parameter(self.tail[-1]):
            return None
        word = self.tail[-1]
        role = VERBS.get(word)
        if word == "publish":
            role = "publish_draft" if self.stage == "draft" else "publish"
        elif word == "reset" and self.stage == "draft":
            role = "reset_draft"
        elif word == "restore" and self.method in ("PUT", "POST"):
            role = "restore"
        elif word == "search":
            role = "search"
        elif self.binary and self.method == "GET":
            role = "download"
        if role is None:
            return None
        if len(self.tail) == 1 and self.at >= 0:
            return placed(self.head[:-1], role, self.head[-1], word, self.stage)
        before = [segment for segment in self.tail[:-1] if segment != "cursor"]
        return placed(self.head + before, role, verb=word, stage=self.stage)

    def collection(self):
        path = self.head + self.tail
        name = anonymous(path)
        if self.method == "GET":
            many = self.is_list or self.open and self.neighbours.is_collection(name)
            return placed(path, "list" if many else "read_one", stage=self.stage)
        if self.method == "POST" and (self.neighbours.is_collection(name)):
            return placed(path, "upload" if self.multipart else "create", stage=self.stage)
        if self.neighbours.reads(name) or self.method != "POST" and not self.is_action():
            role = ONE_ROLES[self.method]
            if self.method == "POST":
                role = "replace_one"
            return placed(path, role, stage=self.stage)
        last = self.tail[-1] if self.tail else self.head[-1]
        if len(self.tail) == 1 and self.at >= 0:
            return placed(self.head[:-1], "action", self.head[-1], last, self.stage)
        return placed(path[:-1], "action", verb=last, stage=self.stage)

    def is_action(self):
        """PUT, PATCH or DELETE on what nobody reads: a verb, as in PUT .../rename."""
        return not self.neighbours.reads(anonymous(self.head + self.tail))


def describe(operation, neighbours):
    found = Path(operation, neighbours).describe()
    if not found["owner_params"]:
        del found["owner_params"]
    return found
