"""Values that the client's types do not tell: names of what is there from the start, and ids."""

BY_NAME = {
    "app_id": lambda maker: maker.app["app_id"],
    "environment": lambda maker: "draft",
}
# By the beginning of an operation's name: parameter -> its value.
BY_AREA = {}
NAMING = ("id", "content_id", "primary_id", "original_id")


def value(maker, operation, name):
    """The value of a parameter that somebody wrote here, else None."""
    for start, table in BY_AREA.items():
        if operation.name.startswith(start) and name in table:
            return table[name](maker)
    return BY_NAME[name](maker) if name in BY_NAME else None


def names_resource(field, hint):
    """Is a field of a body the id of a resource?"""
    return field in NAMING or (field == "inputs" and "str]" in str(hint))


def body_value(_operation, field, hint, about):
    """The value of a field within a body; `about` is the id of the resource that it names."""
    if about is None:
        return None
    if field == "inputs":
        return [str(about)]
    return int(about) if hint is int else str(about)


def by_app_token(operation):
    """Does a call want a token of the app's client, not of an account?"""
    return operation.name.startswith("webhooks_journal.")
